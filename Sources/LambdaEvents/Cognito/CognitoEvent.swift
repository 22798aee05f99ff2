/// A trigger of a Cognito user pool (Amazon Cognito Developer Guide, "Customizing user pool workflows with Lambda
/// triggers").
///
/// The handler fills in `response` and returns the event.
public struct CognitoEvent<Request: Codable & Sendable & Equatable, Response: Codable & Sendable & Equatable>:
  Codable, Sendable, Equatable
{
  /// The version of this form.
  public var version: String
  /// What set it off, such as `PreSignUp_SignUp`.
  public var triggerSource: String
  /// The region of the user pool.
  public var region: String
  /// The user pool.
  public var userPoolID: String
  /// The user; nil where there is none yet.
  public var userName: String?
  /// The call that set it off.
  public var callerContext: CognitoCallerContext?
  /// What the trigger is told.
  public var request: Request
  /// What Cognito is told.
  public var response: Response

  /// Makes one, as for a test.
  public init(
    triggerSource: String, userPoolID: String, userName: String? = nil, request: Request, response: Response,
    version: String = "1", region: String = "us-east-1", callerContext: CognitoCallerContext? = nil
  ) {
    self.version = version
    self.triggerSource = triggerSource
    self.region = region
    self.userPoolID = userPoolID
    self.userName = userName
    self.callerContext = callerContext
    self.request = request
    self.response = response
  }

  enum CodingKeys: String, CodingKey {
    case version, triggerSource, region
    case userPoolID = "userPoolId"
    case userName, callerContext, request, response
  }
}
