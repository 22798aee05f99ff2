/// Before a user is authenticated: may be refused, by an error.
public typealias CognitoPreAuthenticationEvent = CognitoEvent<CognitoUserRequest, CognitoEmptyResponse>
/// After a user was authenticated.
public typealias CognitoPostAuthenticationEvent = CognitoEvent<CognitoUserRequest, CognitoEmptyResponse>
/// When a user is not in the pool, but may be in the one that is to be replaced.
public typealias CognitoUserMigrationEvent = CognitoEvent<CognitoUserMigrationRequest, CognitoUserMigrationResponse>

/// What the user who is not in the pool has entered.
public struct CognitoUserMigrationRequest: Codable, Sendable, Equatable {
  /// The password; nil where the user has forgotten it.
  public var password: String?
  /// What the app passes on for the checks.
  public var validationData: [String: String]?
  /// What the app passes on.
  public var clientMetadata: [String: String]?

  /// Makes one, as for a test.
  public init(password: String? = nil, validationData: [String: String]? = nil, clientMetadata: [String: String]? = nil)
  {
    self.password = password
    self.validationData = validationData
    self.clientMetadata = clientMetadata
  }
}

/// The user, as the pool is to have them.
public struct CognitoUserMigrationResponse: Codable, Sendable, Equatable {
  /// The user's attributes.
  public var userAttributes: [String: String]?
  /// `CONFIRMED` or `RESET_REQUIRED`.
  public var finalUserStatus: String?
  /// `SUPPRESS`, for no welcome.
  public var messageAction: String?
  /// How the welcome goes out: `EMAIL`, `SMS`.
  public var desiredDeliveryMediums: [String]?
  /// Whether an alias moves here from another user.
  public var forceAliasCreation: Bool?
  /// Whether a code by SMS is asked for.
  public var enableSMSMFA: Bool?

  /// Hands a user over.
  public init(
    userAttributes: [String: String]? = nil, finalUserStatus: String? = nil, messageAction: String? = nil,
    desiredDeliveryMediums: [String]? = nil, forceAliasCreation: Bool? = nil, enableSMSMFA: Bool? = nil
  ) {
    self.userAttributes = userAttributes
    self.finalUserStatus = finalUserStatus
    self.messageAction = messageAction
    self.desiredDeliveryMediums = desiredDeliveryMediums
    self.forceAliasCreation = forceAliasCreation
    self.enableSMSMFA = enableSMSMFA
  }
}
