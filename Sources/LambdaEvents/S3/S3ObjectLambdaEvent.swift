/// A request to an S3 Object Lambda access point (Amazon S3 User Guide, "Event context format and usage").
///
/// The response to a GetObject goes out by S3's WriteGetObjectResponse (in `AWSServices`), with `outputRoute` and
/// `outputToken`.
public struct S3ObjectLambdaEvent: Codable, Sendable, Equatable {
  /// The request's id.
  public var xAmzRequestID: String?
  /// The version of this form.
  public var protocolVersion: String?
  /// What GetObject needs.
  public var getObjectContext: GetObjectContext?
  /// What HeadObject needs.
  public var headObjectContext: InputContext?
  /// What ListObjects needs.
  public var listObjectsContext: InputContext?
  /// What ListObjectsV2 needs.
  public var listObjectsV2Context: InputContext?
  /// The access point.
  public var configuration: Configuration?
  /// The request as it came.
  public var userRequest: UserRequest
  /// Who asked.
  public var userIdentity: UserIdentity?

  /// Where the object is to be had, and where the response goes.
  public struct GetObjectContext: Codable, Sendable, Equatable {
    /// A presigned URL of the object.
    public var inputS3URL: String
    /// The route of the response.
    public var outputRoute: String
    /// The token of the response.
    public var outputToken: String

    /// Makes one, as for a test.
    public init(inputS3URL: String, outputRoute: String, outputToken: String) {
      self.inputS3URL = inputS3URL
      self.outputRoute = outputRoute
      self.outputToken = outputToken
    }

    enum CodingKeys: String, CodingKey {
      case inputS3URL = "inputS3Url"
      case outputRoute, outputToken
    }
  }

  /// Where the answer of S3 itself is to be had.
  public struct InputContext: Codable, Sendable, Equatable {
    /// A presigned URL.
    public var inputS3URL: String

    /// Makes one, as for a test.
    public init(inputS3URL: String) {
      self.inputS3URL = inputS3URL
    }

    enum CodingKeys: String, CodingKey {
      case inputS3URL = "inputS3Url"
    }
  }

  /// The access point that was asked.
  public struct Configuration: Codable, Sendable, Equatable {
    /// The Object Lambda access point.
    public var accessPointARN: String?
    /// The access point behind it.
    public var supportingAccessPointARN: String?
    /// What the configuration passes on.
    public var payload: String?

    /// Makes one, as for a test.
    public init(accessPointARN: String? = nil, supportingAccessPointARN: String? = nil, payload: String? = nil) {
      self.accessPointARN = accessPointARN
      self.supportingAccessPointARN = supportingAccessPointARN
      self.payload = payload
    }

    enum CodingKeys: String, CodingKey {
      case accessPointARN = "accessPointArn"
      case supportingAccessPointARN = "supportingAccessPointArn"
      case payload
    }
  }

  /// The request as it came.
  public struct UserRequest: Codable, Sendable, Equatable {
    /// The URL.
    public var url: String
    /// The header fields that matter.
    public var headers: [String: String]

    /// Makes one, as for a test.
    public init(url: String, headers: [String: String] = [:]) {
      self.url = url
      self.headers = headers
    }

    enum CodingKeys: String, CodingKey {
      case url, headers
    }

    /// Reads what AWS sends; what is empty may be absent or null.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      url = try container.decode(String.self, forKey: .url)
      headers = try container.decodeOrEmpty(forKey: .headers)
    }
  }

  /// Who asked.
  public struct UserIdentity: Codable, Sendable, Equatable {
    /// The kind of identity.
    public var type: String?
    /// Its id.
    public var principalID: String?
    /// Its ARN.
    public var arn: String?
    /// Its account.
    public var accountID: String?
    /// Its access key.
    public var accessKeyID: String?
    /// The user's name.
    public var userName: String?
    /// The session of a role.
    public var sessionContext: JSONValue?

    /// Makes one, as for a test.
    public init(
      type: String? = nil, principalID: String? = nil, arn: String? = nil, accountID: String? = nil,
      accessKeyID: String? = nil, userName: String? = nil, sessionContext: JSONValue? = nil
    ) {
      self.type = type
      self.principalID = principalID
      self.arn = arn
      self.accountID = accountID
      self.accessKeyID = accessKeyID
      self.userName = userName
      self.sessionContext = sessionContext
    }

    enum CodingKeys: String, CodingKey {
      case type
      case principalID = "principalId"
      case arn
      case accountID = "accountId"
      case accessKeyID = "accessKeyId"
      case userName, sessionContext
    }
  }

  /// Makes one, as for a test.
  public init(
    userRequest: UserRequest, xAmzRequestID: String? = nil, protocolVersion: String? = nil,
    getObjectContext: GetObjectContext? = nil, headObjectContext: InputContext? = nil,
    listObjectsContext: InputContext? = nil, listObjectsV2Context: InputContext? = nil,
    configuration: Configuration? = nil, userIdentity: UserIdentity? = nil
  ) {
    self.xAmzRequestID = xAmzRequestID
    self.protocolVersion = protocolVersion
    self.getObjectContext = getObjectContext
    self.headObjectContext = headObjectContext
    self.listObjectsContext = listObjectsContext
    self.listObjectsV2Context = listObjectsV2Context
    self.configuration = configuration
    self.userRequest = userRequest
    self.userIdentity = userIdentity
  }

  enum CodingKeys: String, CodingKey {
    case xAmzRequestID = "xAmzRequestId"
    case protocolVersion, getObjectContext, headObjectContext, listObjectsContext, listObjectsV2Context, configuration,
      userRequest, userIdentity
  }
}
