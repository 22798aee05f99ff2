/// The response to a REST API, or to a WebSocket API (API Gateway Developer Guide, "Output format of a Lambda
/// function for proxy integration").
public struct APIGatewayResponse: Codable, Sendable, Equatable {
  /// The HTTP status.
  public var statusCode: Int
  /// Header fields of one value.
  public var headers: [String: String]?
  /// Header fields of any number of values.
  public var multiValueHeaders: [String: [String]]?
  /// The content: text, or base64 where `isBase64Encoded`.
  public var body: String?
  /// Whether `body` is base64, which the API's binary media types must allow.
  public var isBase64Encoded: Bool?

  /// Makes a response: of one that went well, where nothing else is said.
  public init(
    statusCode: Int = 200, headers: [String: String]? = nil, multiValueHeaders: [String: [String]]? = nil,
    body: String? = nil, isBase64Encoded: Bool? = nil
  ) {
    self.statusCode = statusCode
    self.headers = headers
    self.multiValueHeaders = multiValueHeaders
    self.body = body
    self.isBase64Encoded = isBase64Encoded
  }
}
