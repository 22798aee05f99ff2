/// A request to a REST API of API Gateway with Lambda proxy integration (API Gateway Developer Guide, "Input format
/// of a Lambda function for proxy integration"); HTTP APIs send it too with payload format 1.0.
public struct APIGatewayRequest: Codable, Sendable, Equatable {
  /// The resource's path, with its parameters in braces: `/orders/{id}`.
  public var resource: String?
  /// The path that was asked for, without the stage.
  public var path: String
  /// The method, such as `GET`.
  public var httpMethod: String
  /// The header fields, of each name the last.
  public var headers: [String: String]
  /// The header fields with all of their values.
  public var multiValueHeaders: [String: [String]]
  /// The query, decoded, of each name the last value.
  public var queryStringParameters: [String: String]
  /// The query, decoded, with all values.
  public var multiValueQueryStringParameters: [String: [String]]
  /// What stands in the path for the resource's parameters.
  public var pathParameters: [String: String]
  /// The variables of the stage.
  public var stageVariables: [String: String]
  /// What API Gateway says about the request.
  public var requestContext: APIGatewayRequestContext
  /// The content: text, or base64 where `isBase64Encoded`.
  public var body: String?
  /// Whether `body` is base64.
  public var isBase64Encoded: Bool

  /// Makes one, as for a test.
  public init(
    path: String, httpMethod: String, requestContext: APIGatewayRequestContext, resource: String? = nil,
    headers: [String: String] = [:], multiValueHeaders: [String: [String]] = [:],
    queryStringParameters: [String: String] = [:], multiValueQueryStringParameters: [String: [String]] = [:],
    pathParameters: [String: String] = [:], stageVariables: [String: String] = [:], body: String? = nil,
    isBase64Encoded: Bool = false
  ) {
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
    self.body = body
    self.isBase64Encoded = isBase64Encoded
  }

  enum CodingKeys: String, CodingKey {
    case resource, path, httpMethod, headers, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters,
      pathParameters, stageVariables, requestContext, body, isBase64Encoded
  }

  /// Reads what AWS sends; what is empty may be absent or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    resource = try container.decodeIfPresent(String.self, forKey: .resource)
    path = try container.decode(String.self, forKey: .path)
    httpMethod = try container.decode(String.self, forKey: .httpMethod)
    headers = try container.decodeOrEmpty(forKey: .headers)
    multiValueHeaders = try container.decodeOrEmpty(forKey: .multiValueHeaders)
    queryStringParameters = try container.decodeOrEmpty(forKey: .queryStringParameters)
    multiValueQueryStringParameters = try container.decodeOrEmpty(forKey: .multiValueQueryStringParameters)
    pathParameters = try container.decodeOrEmpty(forKey: .pathParameters)
    stageVariables = try container.decodeOrEmpty(forKey: .stageVariables)
    requestContext = try container.decode(APIGatewayRequestContext.self, forKey: .requestContext)
    body = try container.decodeIfPresent(String.self, forKey: .body)
    isBase64Encoded = try container.decodeIfPresent(Bool.self, forKey: .isBase64Encoded) ?? false
  }
}
