/// What an HTTP API or a function URL says about a request.
public struct APIGatewayV2RequestContext: Codable, Sendable, Equatable {
  /// The account of the API; `anonymous` for a function URL whose caller did not sign.
  public var accountID: String?
  /// The API, or the id of the function URL.
  public var apiID: String?
  /// The client's certificate, with mutual TLS.
  public var authentication: Authentication?
  /// What the authorizer passed on.
  public var authorizer: Authorizer?
  /// The domain that was called.
  public var domainName: String?
  /// The first label of the domain.
  public var domainPrefix: String?
  /// The request line.
  public var http: HTTP
  /// The request's id.
  public var requestID: String?
  /// The route: `GET /orders/{id}`, or `$default`.
  public var routeKey: String?
  /// The stage, `$default` where there is none.
  public var stage: String?
  /// The time as in Apache's logs: `12/Mar/2020:19:03:58 +0000`.
  public var time: String?
  /// The time in milliseconds since 1970.
  public var timeEpoch: Int64?

  /// The line of a request, and where it came from.
  public struct HTTP: Codable, Sendable, Equatable {
    /// The method, such as `GET`.
    public var method: String
    /// The path that was asked for.
    public var path: String?
    /// The protocol, such as `HTTP/1.1`.
    public var httpProtocol: String?
    /// The address that the request came from.
    public var sourceIP: String?
    /// The `User-Agent` header field.
    public var userAgent: String?

    /// Makes one, as for a test.
    public init(
      method: String, path: String? = nil, httpProtocol: String? = nil, sourceIP: String? = nil,
      userAgent: String? = nil
    ) {
      self.method = method
      self.path = path
      self.httpProtocol = httpProtocol
      self.sourceIP = sourceIP
      self.userAgent = userAgent
    }

    enum CodingKeys: String, CodingKey {
      case method, path
      case httpProtocol = "protocol"
      case sourceIP = "sourceIp"
      case userAgent
    }
  }

  /// How the client made itself known.
  public struct Authentication: Codable, Sendable, Equatable {
    /// Its certificate.
    public var clientCert: APIGatewayClientCertificate?

    /// Makes one, as for a test.
    public init(clientCert: APIGatewayClientCertificate? = nil) {
      self.clientCert = clientCert
    }
  }

  /// What an authorizer passed on, in the form of its kind.
  public struct Authorizer: Codable, Sendable, Equatable {
    /// The token, of a JWT authorizer.
    public var jwt: JWT?
    /// The context, of a Lambda authorizer.
    public var lambda: [String: JSONValue]?
    /// Who signed the request, with IAM authorization.
    public var iam: IAM?

    /// Makes one, as for a test.
    public init(jwt: JWT? = nil, lambda: [String: JSONValue]? = nil, iam: IAM? = nil) {
      self.jwt = jwt
      self.lambda = lambda
      self.iam = iam
    }
  }

  /// What a token says that was accepted.
  public struct JWT: Codable, Sendable, Equatable {
    /// The claims.
    public var claims: [String: JSONValue]?
    /// The scopes that the route asks for.
    public var scopes: [String]?

    /// Makes one, as for a test.
    public init(claims: [String: JSONValue]? = nil, scopes: [String]? = nil) {
      self.claims = claims
      self.scopes = scopes
    }
  }

  /// Who signed a request.
  public struct IAM: Codable, Sendable, Equatable {
    /// The access key.
    public var accessKey: String?
    /// The account.
    public var accountID: String?
    /// The id of the caller.
    public var callerID: String?
    /// The caller's identity of Cognito.
    public var cognitoIdentity: JSONValue?
    /// The organisation.
    public var principalOrgID: String?
    /// The ARN of the principal.
    public var userARN: String?
    /// The id of the principal.
    public var userID: String?

    /// Makes one, as for a test.
    public init(
      accessKey: String? = nil, accountID: String? = nil, callerID: String? = nil, cognitoIdentity: JSONValue? = nil,
      principalOrgID: String? = nil, userARN: String? = nil, userID: String? = nil
    ) {
      self.accessKey = accessKey
      self.accountID = accountID
      self.callerID = callerID
      self.cognitoIdentity = cognitoIdentity
      self.principalOrgID = principalOrgID
      self.userARN = userARN
      self.userID = userID
    }

    enum CodingKeys: String, CodingKey {
      case accessKey
      case accountID = "accountId"
      case callerID = "callerId"
      case cognitoIdentity
      case principalOrgID = "principalOrgId"
      case userARN = "userArn"
      case userID = "userId"
    }
  }

  /// Makes one, as for a test.
  public init(
    http: HTTP, accountID: String? = nil, apiID: String? = nil, authentication: Authentication? = nil,
    authorizer: Authorizer? = nil, domainName: String? = nil, domainPrefix: String? = nil, requestID: String? = nil,
    routeKey: String? = nil, stage: String? = nil, time: String? = nil, timeEpoch: Int64? = nil
  ) {
    self.accountID = accountID
    self.apiID = apiID
    self.authentication = authentication
    self.authorizer = authorizer
    self.domainName = domainName
    self.domainPrefix = domainPrefix
    self.http = http
    self.requestID = requestID
    self.routeKey = routeKey
    self.stage = stage
    self.time = time
    self.timeEpoch = timeEpoch
  }

  enum CodingKeys: String, CodingKey {
    case accountID = "accountId"
    case apiID = "apiId"
    case authentication, authorizer, domainName, domainPrefix, http
    case requestID = "requestId"
    case routeKey, stage, time, timeEpoch
  }
}
