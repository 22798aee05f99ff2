/// A request to an HTTP API with payload format 2.0, or to a function URL (API Gateway Developer Guide, "Create AWS
/// Lambda proxy integrations for HTTP APIs").
///
/// Header fields of several values come with a comma between them.
public struct APIGatewayV2Request: Codable, Sendable, Equatable {
  /// The payload format.
  public var version: String
  /// The route: `GET /orders/{id}`, or `$default`.
  public var routeKey: String?
  /// The path as it was sent, percent-encoded; it begins with the stage, unless that is `$default`.
  public var rawPath: String
  /// The query as it was sent, percent-encoded.
  public var rawQueryString: String
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
  /// What API Gateway or the function URL says about the request.
  public var requestContext: APIGatewayV2RequestContext
  /// The content: text, or base64 where `isBase64Encoded`.
  public var body: String?
  /// Whether `body` is base64.
  public var isBase64Encoded: Bool

  /// Makes one, as for a test.
  public init(
    rawPath: String, requestContext: APIGatewayV2RequestContext, version: String = "2.0", routeKey: String? = nil,
    rawQueryString: String = "", cookies: [String] = [], headers: [String: String] = [:],
    queryStringParameters: [String: String] = [:], pathParameters: [String: String] = [:],
    stageVariables: [String: String] = [:], body: String? = nil, isBase64Encoded: Bool = false
  ) {
    self.version = version
    self.routeKey = routeKey
    self.rawPath = rawPath
    self.rawQueryString = rawQueryString
    self.cookies = cookies
    self.headers = headers
    self.queryStringParameters = queryStringParameters
    self.pathParameters = pathParameters
    self.stageVariables = stageVariables
    self.requestContext = requestContext
    self.body = body
    self.isBase64Encoded = isBase64Encoded
  }

  enum CodingKeys: String, CodingKey {
    case version, routeKey, rawPath, rawQueryString, cookies, headers, queryStringParameters, pathParameters,
      stageVariables, requestContext, body, isBase64Encoded
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    version = try container.decode(String.self, forKey: .version)
    routeKey = try container.decodeIfPresent(String.self, forKey: .routeKey)
    rawPath = try container.decode(String.self, forKey: .rawPath)
    rawQueryString = try container.decodeIfPresent(String.self, forKey: .rawQueryString) ?? ""
    cookies = try container.decodeOrEmpty(forKey: .cookies)
    headers = try container.decodeOrEmpty(forKey: .headers)
    queryStringParameters = try container.decodeOrEmpty(forKey: .queryStringParameters)
    pathParameters = try container.decodeOrEmpty(forKey: .pathParameters)
    stageVariables = try container.decodeOrEmpty(forKey: .stageVariables)
    requestContext = try container.decode(APIGatewayV2RequestContext.self, forKey: .requestContext)
    body = try container.decodeIfPresent(String.self, forKey: .body)
    isBase64Encoded = try container.decodeIfPresent(Bool.self, forKey: .isBase64Encoded) ?? false
  }
}

/// A request to a function URL, in the format of HTTP APIs (AWS Lambda Developer Guide, "Request and response
/// payloads").
public typealias FunctionURLRequest = APIGatewayV2Request
