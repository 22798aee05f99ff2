/// What Cognito says about the call that set a trigger off.
public struct CognitoCallerContext: Codable, Sendable, Equatable {
  /// The SDK that made it.
  public var awsSdkVersion: String?
  /// The app client.
  public var clientID: String?

  /// Makes one, as for a test.
  public init(awsSdkVersion: String? = nil, clientID: String? = nil) {
    self.awsSdkVersion = awsSdkVersion
    self.clientID = clientID
  }

  enum CodingKeys: String, CodingKey {
    case awsSdkVersion
    case clientID = "clientId"
  }
}
