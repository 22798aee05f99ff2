/// Whom a trigger is about.
public struct CognitoUserRequest: Codable, Sendable, Equatable {
  /// The user's attributes.
  public var userAttributes: [String: String]
  /// What the app passes on.
  public var clientMetadata: [String: String]?
  /// Whether the device was not known (after an authentication).
  public var newDeviceUsed: Bool?
  /// Whether the pool does not have the user (before an authentication, where the client hides that).
  public var userNotFound: Bool?
  /// What the app passes on for the checks (before an authentication).
  public var validationData: [String: String]?

  /// Makes one, as for a test.
  public init(
    userAttributes: [String: String] = [:], clientMetadata: [String: String]? = nil, newDeviceUsed: Bool? = nil,
    userNotFound: Bool? = nil, validationData: [String: String]? = nil
  ) {
    self.userAttributes = userAttributes
    self.clientMetadata = clientMetadata
    self.newDeviceUsed = newDeviceUsed
    self.userNotFound = userNotFound
    self.validationData = validationData
  }

  enum CodingKeys: String, CodingKey {
    case userAttributes, clientMetadata, newDeviceUsed, userNotFound, validationData
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    userAttributes = try container.decodeOrEmpty(forKey: .userAttributes)
    clientMetadata = try container.decodeIfPresent([String: String].self, forKey: .clientMetadata)
    newDeviceUsed = try container.decodeIfPresent(Bool.self, forKey: .newDeviceUsed)
    userNotFound = try container.decodeIfPresent(Bool.self, forKey: .userNotFound)
    validationData = try container.decodeIfPresent([String: String].self, forKey: .validationData)
  }
}

/// The response of a trigger that has nothing to say.
public struct CognitoEmptyResponse: Codable, Sendable, Equatable {

  /// Makes one, as for a test.
  public init() {
  }
}
