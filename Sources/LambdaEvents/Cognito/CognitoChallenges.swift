/// Decides which challenge comes next, or that the user is authenticated.
public typealias CognitoDefineAuthChallengeEvent = CognitoEvent<
  CognitoAuthChallengeRequest, CognitoDefineAuthChallengeResponse
>
/// Makes a challenge.
public typealias CognitoCreateAuthChallengeEvent = CognitoEvent<
  CognitoAuthChallengeRequest, CognitoCreateAuthChallengeResponse
>
/// Judges the answer to a challenge.
public typealias CognitoVerifyAuthChallengeEvent = CognitoEvent<
  CognitoVerifyAuthChallengeRequest, CognitoVerifyAuthChallengeResponse
>

/// What became of a challenge.
public struct CognitoChallengeResult: Codable, Sendable, Equatable {
  /// The kind of challenge, such as `CUSTOM_CHALLENGE` or `SRP_A`.
  public var challengeName: String
  /// Whether it was passed.
  public var challengeResult: Bool
  /// The name that your function gave it.
  public var challengeMetadata: String?

  /// Makes one, as for a test.
  public init(challengeName: String, challengeResult: Bool = false, challengeMetadata: String? = nil) {
    self.challengeName = challengeName
    self.challengeResult = challengeResult
    self.challengeMetadata = challengeMetadata
  }

  enum CodingKeys: String, CodingKey {
    case challengeName, challengeResult, challengeMetadata
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    challengeName = try container.decode(String.self, forKey: .challengeName)
    challengeResult = try container.decodeIfPresent(Bool.self, forKey: .challengeResult) ?? false
    challengeMetadata = try container.decodeIfPresent(String.self, forKey: .challengeMetadata)
  }
}

/// What comes next.
public struct CognitoDefineAuthChallengeResponse: Codable, Sendable, Equatable {
  /// The next challenge.
  public var challengeName: String?
  /// Whether the user is authenticated.
  public var issueTokens: Bool?
  /// Whether the user is refused.
  public var failAuthentication: Bool?

  /// Says what comes next.
  public init(challengeName: String? = nil, issueTokens: Bool? = nil, failAuthentication: Bool? = nil) {
    self.challengeName = challengeName
    self.issueTokens = issueTokens
    self.failAuthentication = failAuthentication
  }
}

/// Which challenge is to be made, or what became of those so far.
public struct CognitoAuthChallengeRequest: Codable, Sendable, Equatable {
  /// The user's attributes.
  public var userAttributes: [String: String]
  /// The kind of challenge that is to be made.
  public var challengeName: String?
  /// The challenges so far, in their order.
  public var session: [CognitoChallengeResult]
  /// What the app passes on.
  public var clientMetadata: [String: String]?
  /// Whether the pool does not have the user, where the client hides that.
  public var userNotFound: Bool?

  /// Makes one, as for a test.
  public init(
    userAttributes: [String: String] = [:], challengeName: String? = nil, session: [CognitoChallengeResult] = [],
    clientMetadata: [String: String]? = nil, userNotFound: Bool? = nil
  ) {
    self.userAttributes = userAttributes
    self.challengeName = challengeName
    self.session = session
    self.clientMetadata = clientMetadata
    self.userNotFound = userNotFound
  }

  enum CodingKeys: String, CodingKey {
    case userAttributes, challengeName, session, clientMetadata, userNotFound
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    userAttributes = try container.decodeOrEmpty(forKey: .userAttributes)
    challengeName = try container.decodeIfPresent(String.self, forKey: .challengeName)
    session = try container.decodeOrEmpty(forKey: .session)
    clientMetadata = try container.decodeIfPresent([String: String].self, forKey: .clientMetadata)
    userNotFound = try container.decodeIfPresent(Bool.self, forKey: .userNotFound)
  }
}

/// A challenge.
public struct CognitoCreateAuthChallengeResponse: Codable, Sendable, Equatable {
  /// What the client is shown.
  public var publicChallengeParameters: [String: String]?
  /// What the function that judges the answer is given.
  public var privateChallengeParameters: [String: String]?
  /// A name for the challenge.
  public var challengeMetadata: String?

  /// Makes a challenge.
  public init(
    publicChallengeParameters: [String: String]? = nil, privateChallengeParameters: [String: String]? = nil,
    challengeMetadata: String? = nil
  ) {
    self.publicChallengeParameters = publicChallengeParameters
    self.privateChallengeParameters = privateChallengeParameters
    self.challengeMetadata = challengeMetadata
  }
}

/// The answer to a challenge.
public struct CognitoVerifyAuthChallengeRequest: Codable, Sendable, Equatable {
  /// The user's attributes.
  public var userAttributes: [String: String]
  /// What the function that made the challenge put there.
  public var privateChallengeParameters: [String: String]?
  /// The answer.
  public var challengeAnswer: String?
  /// What the app passes on.
  public var clientMetadata: [String: String]?
  /// Whether the pool does not have the user, where the client hides that.
  public var userNotFound: Bool?

  /// Makes one, as for a test.
  public init(
    userAttributes: [String: String] = [:], privateChallengeParameters: [String: String]? = nil,
    challengeAnswer: String? = nil, clientMetadata: [String: String]? = nil, userNotFound: Bool? = nil
  ) {
    self.userAttributes = userAttributes
    self.privateChallengeParameters = privateChallengeParameters
    self.challengeAnswer = challengeAnswer
    self.clientMetadata = clientMetadata
    self.userNotFound = userNotFound
  }

  enum CodingKeys: String, CodingKey {
    case userAttributes, privateChallengeParameters, challengeAnswer, clientMetadata, userNotFound
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    userAttributes = try container.decodeOrEmpty(forKey: .userAttributes)
    privateChallengeParameters = try container.decodeIfPresent(
      [String: String].self, forKey: .privateChallengeParameters)
    challengeAnswer = try container.decodeIfPresent(String.self, forKey: .challengeAnswer)
    clientMetadata = try container.decodeIfPresent([String: String].self, forKey: .clientMetadata)
    userNotFound = try container.decodeIfPresent(Bool.self, forKey: .userNotFound)
  }
}

/// Whether an answer is right.
public struct CognitoVerifyAuthChallengeResponse: Codable, Sendable, Equatable {
  /// Whether it is right.
  public var answerCorrect: Bool?

  /// Judges an answer.
  public init(answerCorrect: Bool? = nil) {
    self.answerCorrect = answerCorrect
  }
}
