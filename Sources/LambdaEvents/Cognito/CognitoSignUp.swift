/// Before a user is signed up: may be refused, by an error, or confirmed.
public typealias CognitoPreSignUpEvent = CognitoEvent<CognitoPreSignUpRequest, CognitoPreSignUpResponse>
/// After a user was confirmed, or has set a new password.
public typealias CognitoPostConfirmationEvent = CognitoEvent<CognitoUserRequest, CognitoEmptyResponse>

/// Who is to be signed up.
public struct CognitoPreSignUpRequest: Codable, Sendable, Equatable {
  /// The user's attributes.
  public var userAttributes: [String: String]
  /// What the app passes on for the checks.
  public var validationData: [String: String]?
  /// What the app passes on.
  public var clientMetadata: [String: String]?

  /// Makes one, as for a test.
  public init(
    userAttributes: [String: String] = [:], validationData: [String: String]? = nil,
    clientMetadata: [String: String]? = nil
  ) {
    self.userAttributes = userAttributes
    self.validationData = validationData
    self.clientMetadata = clientMetadata
  }

  enum CodingKeys: String, CodingKey {
    case userAttributes, validationData, clientMetadata
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    userAttributes = try container.decodeOrEmpty(forKey: .userAttributes)
    validationData = try container.decodeIfPresent([String: String].self, forKey: .validationData)
    clientMetadata = try container.decodeIfPresent([String: String].self, forKey: .clientMetadata)
  }
}

/// What becomes of a user who signs up.
public struct CognitoPreSignUpResponse: Codable, Sendable, Equatable {
  /// The user needs no confirmation.
  public var autoConfirmUser: Bool
  /// The e-mail address counts as verified.
  public var autoVerifyEmail: Bool
  /// The telephone number counts as verified.
  public var autoVerifyPhone: Bool

  /// Says what becomes of the user.
  public init(autoConfirmUser: Bool = false, autoVerifyEmail: Bool = false, autoVerifyPhone: Bool = false) {
    self.autoConfirmUser = autoConfirmUser
    self.autoVerifyEmail = autoVerifyEmail
    self.autoVerifyPhone = autoVerifyPhone
  }

  enum CodingKeys: String, CodingKey {
    case autoConfirmUser, autoVerifyEmail, autoVerifyPhone
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    autoConfirmUser = try container.decodeIfPresent(Bool.self, forKey: .autoConfirmUser) ?? false
    autoVerifyEmail = try container.decodeIfPresent(Bool.self, forKey: .autoVerifyEmail) ?? false
    autoVerifyPhone = try container.decodeIfPresent(Bool.self, forKey: .autoVerifyPhone) ?? false
  }
}
