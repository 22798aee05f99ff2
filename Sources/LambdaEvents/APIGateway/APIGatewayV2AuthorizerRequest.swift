/// What a Lambda authorizer of an HTTP API decides on, with payload format 2.0 (API Gateway Developer Guide, "Control
/// access to HTTP APIs with AWS Lambda authorizers").
public struct APIGatewayV2AuthorizerRequest: Codable, Sendable, Equatable {
  /// The payload format.
  public var version: String
  /// `REQUEST`.
  public var type: String?
  /// The route that is to be allowed or denied.
  public var routeARN: String
  /// The values of the identity sources.
  public var identitySource: [String]
  /// The route: `GET /orders/{id}`, or `$default`.
  public var routeKey: String?
  /// The path as it was sent.
  public var rawPath: String?
  /// The query as it was sent.
  public var rawQueryString: String?
  /// The cookies, `name=value` each.
  public var cookies: [String]
  /// The header fields, with names in lower case.
  public var headers: [String: String]
  /// The query, decoded.
  public var queryStringParameters: [String: String]
  /// What stands in the path for the route's parameters.
  public var pathParameters: [String: String]
  /// The variables of the stage.
  public var stageVariables: [String: String]
  /// What API Gateway says about the request.
  public var requestContext: APIGatewayV2RequestContext?

  /// Makes one, as for a test.
  public init(
    routeARN: String, version: String = "2.0", type: String? = nil, identitySource: [String] = [],
    routeKey: String? = nil, rawPath: String? = nil, rawQueryString: String? = nil, cookies: [String] = [],
    headers: [String: String] = [:], queryStringParameters: [String: String] = [:],
    pathParameters: [String: String] = [:], stageVariables: [String: String] = [:],
    requestContext: APIGatewayV2RequestContext? = nil
  ) {
    self.version = version
    self.type = type
    self.routeARN = routeARN
    self.identitySource = identitySource
    self.routeKey = routeKey
    self.rawPath = rawPath
    self.rawQueryString = rawQueryString
    self.cookies = cookies
    self.headers = headers
    self.queryStringParameters = queryStringParameters
    self.pathParameters = pathParameters
    self.stageVariables = stageVariables
    self.requestContext = requestContext
  }

  enum CodingKeys: String, CodingKey {
    case version, type
    case routeARN = "routeArn"
    case identitySource, routeKey, rawPath, rawQueryString, cookies, headers, queryStringParameters, pathParameters,
      stageVariables, requestContext
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    version = try container.decode(String.self, forKey: .version)
    type = try container.decodeIfPresent(String.self, forKey: .type)
    routeARN = try container.decode(String.self, forKey: .routeARN)
    identitySource = try container.decodeOrEmpty(forKey: .identitySource)
    routeKey = try container.decodeIfPresent(String.self, forKey: .routeKey)
    rawPath = try container.decodeIfPresent(String.self, forKey: .rawPath)
    rawQueryString = try container.decodeIfPresent(String.self, forKey: .rawQueryString)
    cookies = try container.decodeOrEmpty(forKey: .cookies)
    headers = try container.decodeOrEmpty(forKey: .headers)
    queryStringParameters = try container.decodeOrEmpty(forKey: .queryStringParameters)
    pathParameters = try container.decodeOrEmpty(forKey: .pathParameters)
    stageVariables = try container.decodeOrEmpty(forKey: .stageVariables)
    requestContext = try container.decodeIfPresent(APIGatewayV2RequestContext.self, forKey: .requestContext)
  }
}

/// The simple response of an authorizer of an HTTP API.
public struct APIGatewayV2AuthorizerResponse: Codable, Sendable, Equatable {
  /// Whether the request may pass.
  public var isAuthorized: Bool
  /// What the function behind the route is to know.
  public var context: [String: JSONValue]?

  /// Allows or denies a request.
  public init(isAuthorized: Bool, context: [String: JSONValue]? = nil) {
    self.isAuthorized = isAuthorized
    self.context = context
  }
}
