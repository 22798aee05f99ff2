/// Before Cognito sends a message.
public typealias CognitoCustomMessageEvent = CognitoEvent<CognitoCustomMessageRequest, CognitoCustomMessageResponse>

/// Which message is to be sent, and to whom.
public struct CognitoCustomMessageRequest: Codable, Sendable, Equatable {
  /// The user's attributes.
  public var userAttributes: [String: String]
  /// What stands for the code in the message.
  public var codeParameter: String?
  /// What stands for the link.
  public var linkParameter: String?
  /// What stands for the user's name.
  public var usernameParameter: String?
  /// What the app passes on.
  public var clientMetadata: [String: String]?

  /// Makes one, as for a test.
  public init(
    userAttributes: [String: String] = [:], codeParameter: String? = nil, linkParameter: String? = nil,
    usernameParameter: String? = nil, clientMetadata: [String: String]? = nil
  ) {
    self.userAttributes = userAttributes
    self.codeParameter = codeParameter
    self.linkParameter = linkParameter
    self.usernameParameter = usernameParameter
    self.clientMetadata = clientMetadata
  }

  enum CodingKeys: String, CodingKey {
    case userAttributes, codeParameter, linkParameter, usernameParameter, clientMetadata
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    userAttributes = try container.decodeOrEmpty(forKey: .userAttributes)
    codeParameter = try container.decodeIfPresent(String.self, forKey: .codeParameter)
    linkParameter = try container.decodeIfPresent(String.self, forKey: .linkParameter)
    usernameParameter = try container.decodeIfPresent(String.self, forKey: .usernameParameter)
    clientMetadata = try container.decodeIfPresent([String: String].self, forKey: .clientMetadata)
  }
}

/// The message in words of your own.
public struct CognitoCustomMessageResponse: Codable, Sendable, Equatable {
  /// The text, by SMS.
  public var smsMessage: String?
  /// The text, by e-mail.
  public var emailMessage: String?
  /// The subject of the e-mail.
  public var emailSubject: String?

  /// Words a message.
  public init(smsMessage: String? = nil, emailMessage: String? = nil, emailSubject: String? = nil) {
    self.smsMessage = smsMessage
    self.emailMessage = emailMessage
    self.emailSubject = emailSubject
  }
}

/// When a message is to be sent, by a service of your own; the code is encrypted by a key of KMS.
public typealias CognitoCustomSenderEvent = CognitoEvent<CognitoCustomSenderRequest, CognitoEmptyResponse>

/// What a sender of your own is to send.
public struct CognitoCustomSenderRequest: Codable, Sendable, Equatable {
  /// `customEmailSenderRequestV1` or `customSMSSenderRequestV1`.
  public var type: String?
  /// The code, encrypted by the AWS Encryption SDK, in base64.
  public var code: String?
  /// The user's attributes.
  public var userAttributes: [String: String]
  /// What the app passes on.
  public var clientMetadata: [String: String]?

  /// Makes one, as for a test.
  public init(
    type: String? = nil, code: String? = nil, userAttributes: [String: String] = [:],
    clientMetadata: [String: String]? = nil
  ) {
    self.type = type
    self.code = code
    self.userAttributes = userAttributes
    self.clientMetadata = clientMetadata
  }

  enum CodingKeys: String, CodingKey {
    case type, code, userAttributes, clientMetadata
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    type = try container.decodeIfPresent(String.self, forKey: .type)
    code = try container.decodeIfPresent(String.self, forKey: .code)
    userAttributes = try container.decodeOrEmpty(forKey: .userAttributes)
    clientMetadata = try container.decodeIfPresent([String: String].self, forKey: .clientMetadata)
  }
}
