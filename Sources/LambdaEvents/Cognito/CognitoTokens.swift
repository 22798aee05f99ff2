/// Before tokens are made.
public typealias CognitoPreTokenGenerationEvent = CognitoEvent<
  CognitoPreTokenGenerationRequest, CognitoPreTokenGenerationResponse
>

/// Whom tokens are made for.
public struct CognitoPreTokenGenerationRequest: Codable, Sendable, Equatable {
  /// The user's attributes.
  public var userAttributes: [String: String]
  /// The user's groups and roles.
  public var groupConfiguration: CognitoGroupConfiguration?
  /// The scopes of the access token (event version 2 and later).
  public var scopes: [String]?
  /// What the app passes on.
  public var clientMetadata: [String: String]?

  /// Makes one, as for a test.
  public init(
    userAttributes: [String: String] = [:], groupConfiguration: CognitoGroupConfiguration? = nil,
    scopes: [String]? = nil, clientMetadata: [String: String]? = nil
  ) {
    self.userAttributes = userAttributes
    self.groupConfiguration = groupConfiguration
    self.scopes = scopes
    self.clientMetadata = clientMetadata
  }

  enum CodingKeys: String, CodingKey {
    case userAttributes, groupConfiguration, scopes, clientMetadata
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    userAttributes = try container.decodeOrEmpty(forKey: .userAttributes)
    groupConfiguration = try container.decodeIfPresent(CognitoGroupConfiguration.self, forKey: .groupConfiguration)
    scopes = try container.decodeIfPresent([String].self, forKey: .scopes)
    clientMetadata = try container.decodeIfPresent([String: String].self, forKey: .clientMetadata)
  }
}

/// Groups and roles of a user.
public struct CognitoGroupConfiguration: Codable, Sendable, Equatable {
  /// The groups.
  public var groupsToOverride: [String]?
  /// The roles.
  public var iamRolesToOverride: [String]?
  /// The role that counts.
  public var preferredRole: String?

  /// Makes one, as for a test.
  public init(groupsToOverride: [String]? = nil, iamRolesToOverride: [String]? = nil, preferredRole: String? = nil) {
    self.groupsToOverride = groupsToOverride
    self.iamRolesToOverride = iamRolesToOverride
    self.preferredRole = preferredRole
  }
}

/// What tokens are to say.
public struct CognitoPreTokenGenerationResponse: Codable, Sendable, Equatable {
  /// Changes to the ID token (event version 1).
  public var claimsOverrideDetails: ClaimsOverride?
  /// Changes to both tokens (event version 2 and later).
  public var claimsAndScopeOverrideDetails: ClaimsAndScopeOverride?

  /// Changes to a token of event version 1.
  public struct ClaimsOverride: Codable, Sendable, Equatable {
    /// Claims that are added, or have another value.
    public var claimsToAddOrOverride: [String: String]?
    /// Claims that are left out.
    public var claimsToSuppress: [String]?
    /// Other groups and roles.
    public var groupOverrideDetails: CognitoGroupConfiguration?

    /// Changes a token.
    public init(
      claimsToAddOrOverride: [String: String]? = nil, claimsToSuppress: [String]? = nil,
      groupOverrideDetails: CognitoGroupConfiguration? = nil
    ) {
      self.claimsToAddOrOverride = claimsToAddOrOverride
      self.claimsToSuppress = claimsToSuppress
      self.groupOverrideDetails = groupOverrideDetails
    }
  }

  /// Changes to the tokens of event version 2 and later.
  public struct ClaimsAndScopeOverride: Codable, Sendable, Equatable {
    /// The ID token.
    public var idTokenGeneration: Token?
    /// The access token.
    public var accessTokenGeneration: Token?
    /// Other groups and roles.
    public var groupOverrideDetails: CognitoGroupConfiguration?

    /// Changes tokens.
    public init(
      idTokenGeneration: Token? = nil, accessTokenGeneration: Token? = nil,
      groupOverrideDetails: CognitoGroupConfiguration? = nil
    ) {
      self.idTokenGeneration = idTokenGeneration
      self.accessTokenGeneration = accessTokenGeneration
      self.groupOverrideDetails = groupOverrideDetails
    }
  }

  /// Changes to one token.
  public struct Token: Codable, Sendable, Equatable {
    /// Claims that are added, or have another value.
    public var claimsToAddOrOverride: [String: JSONValue]?
    /// Claims that are left out.
    public var claimsToSuppress: [String]?
    /// Scopes that are added.
    public var scopesToAdd: [String]?
    /// Scopes that are left out.
    public var scopesToSuppress: [String]?

    /// Changes a token.
    public init(
      claimsToAddOrOverride: [String: JSONValue]? = nil, claimsToSuppress: [String]? = nil,
      scopesToAdd: [String]? = nil, scopesToSuppress: [String]? = nil
    ) {
      self.claimsToAddOrOverride = claimsToAddOrOverride
      self.claimsToSuppress = claimsToSuppress
      self.scopesToAdd = scopesToAdd
      self.scopesToSuppress = scopesToSuppress
    }
  }

  /// Says what tokens are to say.
  public init(
    claimsOverrideDetails: ClaimsOverride? = nil, claimsAndScopeOverrideDetails: ClaimsAndScopeOverride? = nil
  ) {
    self.claimsOverrideDetails = claimsOverrideDetails
    self.claimsAndScopeOverrideDetails = claimsAndScopeOverrideDetails
  }
}
