/// What a Lambda authorizer of a REST or WebSocket API decides on (API Gateway Developer Guide, "Input to an API
/// Gateway Lambda authorizer").
///
/// A `TOKEN` authorizer is given the token alone.
public struct APIGatewayAuthorizerRequest: Codable, Sendable, Equatable {
  /// The kind of authorizer.
  public var type: AuthorizerType
  /// The method that is to be allowed or denied.
  public var methodARN: String
  /// The token, of a `TOKEN` authorizer.
  public var authorizationToken: String?
  /// The resource's path, with its parameters in braces.
  public var resource: String?
  /// The path that was asked for.
  public var path: String?
  /// The method.
  public var httpMethod: String?
  /// The header fields, of each name the last.
  public var headers: [String: String]
  /// The header fields with all of their values.
  public var multiValueHeaders: [String: [String]]
  /// The query, of each name the last value.
  public var queryStringParameters: [String: String]
  /// The query with all values.
  public var multiValueQueryStringParameters: [String: [String]]
  /// What stands in the path for the resource's parameters.
  public var pathParameters: [String: String]
  /// The variables of the stage.
  public var stageVariables: [String: String]
  /// What API Gateway says about the request.
  public var requestContext: APIGatewayRequestContext?

  /// The kind of an authorizer.
  public struct AuthorizerType: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// It is given one token.
    public static let token = AuthorizerType(rawValue: "TOKEN")
    /// It is given the request.
    public static let request = AuthorizerType(rawValue: "REQUEST")
  }

  /// Makes one, as for a test.
  public init(
    type: AuthorizerType, methodARN: String, authorizationToken: String? = nil, resource: String? = nil,
    path: String? = nil, httpMethod: String? = nil, headers: [String: String] = [:],
    multiValueHeaders: [String: [String]] = [:], queryStringParameters: [String: String] = [:],
    multiValueQueryStringParameters: [String: [String]] = [:], pathParameters: [String: String] = [:],
    stageVariables: [String: String] = [:], requestContext: APIGatewayRequestContext? = nil
  ) {
    self.type = type
    self.methodARN = methodARN
    self.authorizationToken = authorizationToken
    self.resource = resource
    self.path = path
    self.httpMethod = httpMethod
    self.headers = headers
    self.multiValueHeaders = multiValueHeaders
    self.queryStringParameters = queryStringParameters
    self.multiValueQueryStringParameters = multiValueQueryStringParameters
    self.pathParameters = pathParameters
    self.stageVariables = stageVariables
    self.requestContext = requestContext
  }

  enum CodingKeys: String, CodingKey {
    case type
    case methodARN = "methodArn"
    case authorizationToken, resource, path, httpMethod, headers, multiValueHeaders, queryStringParameters,
      multiValueQueryStringParameters, pathParameters, stageVariables, requestContext
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    type = try container.decode(AuthorizerType.self, forKey: .type)
    methodARN = try container.decode(String.self, forKey: .methodARN)
    authorizationToken = try container.decodeIfPresent(String.self, forKey: .authorizationToken)
    resource = try container.decodeIfPresent(String.self, forKey: .resource)
    path = try container.decodeIfPresent(String.self, forKey: .path)
    httpMethod = try container.decodeIfPresent(String.self, forKey: .httpMethod)
    headers = try container.decodeOrEmpty(forKey: .headers)
    multiValueHeaders = try container.decodeOrEmpty(forKey: .multiValueHeaders)
    queryStringParameters = try container.decodeOrEmpty(forKey: .queryStringParameters)
    multiValueQueryStringParameters = try container.decodeOrEmpty(forKey: .multiValueQueryStringParameters)
    pathParameters = try container.decodeOrEmpty(forKey: .pathParameters)
    stageVariables = try container.decodeOrEmpty(forKey: .stageVariables)
    requestContext = try container.decodeIfPresent(APIGatewayRequestContext.self, forKey: .requestContext)
  }
}
