/// What a REST API says about a request (API Gateway Developer Guide, "`$context` variables for data models,
/// authorizers, mapping templates, and CloudWatch access logging").
public struct APIGatewayRequestContext: Codable, Sendable, Equatable {
  /// The account that the API belongs to.
  public var accountID: String?
  /// The API.
  public var apiID: String?
  /// What the authorizer passed on: its context, or the claims of a token.
  public var authorizer: [String: JSONValue]?
  /// The domain that was called.
  public var domainName: String?
  /// The first label of the domain.
  public var domainPrefix: String?
  /// The request's id of API Gateway.
  public var extendedRequestID: String?
  /// The method.
  public var httpMethod: String?
  /// Who called.
  public var identity: APIGatewayRequestIdentity?
  /// The operation's name in an OpenAPI document.
  public var operationName: String?
  /// The path with the stage.
  public var path: String?
  /// The protocol, such as `HTTP/1.1`.
  public var httpProtocol: String?
  /// The request's id.
  public var requestID: String?
  /// The time as in Apache's logs: `09/Apr/2015:12:34:56 +0000`.
  public var requestTime: String?
  /// The time in milliseconds since 1970.
  public var requestTimeEpoch: Int64?
  /// The resource's id.
  public var resourceID: String?
  /// The resource's path, with its parameters in braces.
  public var resourcePath: String?
  /// The stage.
  public var stage: String?

  /// Makes one, as for a test.
  public init(
    accountID: String? = nil, apiID: String? = nil, authorizer: [String: JSONValue]? = nil, domainName: String? = nil,
    domainPrefix: String? = nil, extendedRequestID: String? = nil, httpMethod: String? = nil,
    identity: APIGatewayRequestIdentity? = nil, operationName: String? = nil, path: String? = nil,
    httpProtocol: String? = nil, requestID: String? = nil, requestTime: String? = nil, requestTimeEpoch: Int64? = nil,
    resourceID: String? = nil, resourcePath: String? = nil, stage: String? = nil
  ) {
    self.accountID = accountID
    self.apiID = apiID
    self.authorizer = authorizer
    self.domainName = domainName
    self.domainPrefix = domainPrefix
    self.extendedRequestID = extendedRequestID
    self.httpMethod = httpMethod
    self.identity = identity
    self.operationName = operationName
    self.path = path
    self.httpProtocol = httpProtocol
    self.requestID = requestID
    self.requestTime = requestTime
    self.requestTimeEpoch = requestTimeEpoch
    self.resourceID = resourceID
    self.resourcePath = resourcePath
    self.stage = stage
  }

  enum CodingKeys: String, CodingKey {
    case accountID = "accountId"
    case apiID = "apiId"
    case authorizer, domainName, domainPrefix
    case extendedRequestID = "extendedRequestId"
    case httpMethod, identity, operationName, path
    case httpProtocol = "protocol"
    case requestID = "requestId"
    case requestTime, requestTimeEpoch
    case resourceID = "resourceId"
    case resourcePath, stage
  }
}

/// Who called a REST or WebSocket API.
public struct APIGatewayRequestIdentity: Codable, Sendable, Equatable {
  /// The access key that signed the request.
  public var accessKey: String?
  /// The account of the caller.
  public var accountID: String?
  /// The API key that was sent.
  public var apiKey: String?
  /// The id of that API key.
  public var apiKeyID: String?
  /// The principal that signed the request.
  public var caller: String?
  /// The client's certificate, with mutual TLS.
  public var clientCert: APIGatewayClientCertificate?
  /// The providers by which Cognito knows the caller.
  public var cognitoAuthenticationProvider: String?
  /// `authenticated` or `unauthenticated`.
  public var cognitoAuthenticationType: String?
  /// The caller's identity of Cognito.
  public var cognitoIdentityID: String?
  /// The identity pool.
  public var cognitoIdentityPoolID: String?
  /// The organisation of the caller.
  public var principalOrgID: String?
  /// The address that the request came from.
  public var sourceIP: String?
  /// The principal that was authorized.
  public var user: String?
  /// The `User-Agent` header field.
  public var userAgent: String?
  /// The ARN of the principal.
  public var userARN: String?

  /// Makes one, as for a test.
  public init(
    accessKey: String? = nil, accountID: String? = nil, apiKey: String? = nil, apiKeyID: String? = nil,
    caller: String? = nil, clientCert: APIGatewayClientCertificate? = nil, cognitoAuthenticationProvider: String? = nil,
    cognitoAuthenticationType: String? = nil, cognitoIdentityID: String? = nil, cognitoIdentityPoolID: String? = nil,
    principalOrgID: String? = nil, sourceIP: String? = nil, user: String? = nil, userAgent: String? = nil,
    userARN: String? = nil
  ) {
    self.accessKey = accessKey
    self.accountID = accountID
    self.apiKey = apiKey
    self.apiKeyID = apiKeyID
    self.caller = caller
    self.clientCert = clientCert
    self.cognitoAuthenticationProvider = cognitoAuthenticationProvider
    self.cognitoAuthenticationType = cognitoAuthenticationType
    self.cognitoIdentityID = cognitoIdentityID
    self.cognitoIdentityPoolID = cognitoIdentityPoolID
    self.principalOrgID = principalOrgID
    self.sourceIP = sourceIP
    self.user = user
    self.userAgent = userAgent
    self.userARN = userARN
  }

  enum CodingKeys: String, CodingKey {
    case accessKey
    case accountID = "accountId"
    case apiKey
    case apiKeyID = "apiKeyId"
    case caller, clientCert, cognitoAuthenticationProvider, cognitoAuthenticationType
    case cognitoIdentityID = "cognitoIdentityId"
    case cognitoIdentityPoolID = "cognitoIdentityPoolId"
    case principalOrgID = "principalOrgId"
    case sourceIP = "sourceIp"
    case user, userAgent
    case userARN = "userArn"
  }
}

/// A client's certificate, as mutual TLS has it.
public struct APIGatewayClientCertificate: Codable, Sendable, Equatable {
  /// The certificate, as PEM.
  public var clientCertPem: String?
  /// Whom it names.
  public var subjectDN: String?
  /// Who issued it.
  public var issuerDN: String?
  /// The serial number, hexadecimal with colons.
  public var serialNumber: String?
  /// When it is valid.
  public var validity: Validity?

  /// When a certificate is valid: `May 28 12:30:02 2019 GMT`.
  public struct Validity: Codable, Sendable, Equatable {
    /// The first moment.
    public var notBefore: String?
    /// The last.
    public var notAfter: String?

    /// Makes one, as for a test.
    public init(notBefore: String? = nil, notAfter: String? = nil) {
      self.notBefore = notBefore
      self.notAfter = notAfter
    }
  }

  /// Makes one, as for a test.
  public init(
    clientCertPem: String? = nil, subjectDN: String? = nil, issuerDN: String? = nil, serialNumber: String? = nil,
    validity: Validity? = nil
  ) {
    self.clientCertPem = clientCertPem
    self.subjectDN = subjectDN
    self.issuerDN = issuerDN
    self.serialNumber = serialNumber
    self.validity = validity
  }
}
