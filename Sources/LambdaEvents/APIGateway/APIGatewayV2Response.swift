/// The response to an HTTP API with payload format 2.0, or of a function URL.
public struct APIGatewayV2Response: Codable, Sendable, Equatable {
  /// The HTTP status.
  public var statusCode: Int
  /// The header fields, without cookies.
  public var headers: [String: String]?
  /// The values of the `Set-Cookie` header fields.
  public var cookies: [String]?
  /// The content: text, or base64 where `isBase64Encoded`.
  public var body: String?
  /// Whether `body` is base64.
  public var isBase64Encoded: Bool?

  /// Makes a response: of one that went well, where nothing else is said.
  public init(
    statusCode: Int = 200, headers: [String: String]? = nil, cookies: [String]? = nil, body: String? = nil,
    isBase64Encoded: Bool? = nil
  ) {
    self.statusCode = statusCode
    self.headers = headers
    self.cookies = cookies
    self.body = body
    self.isBase64Encoded = isBase64Encoded
  }
}

/// The response of a function URL: the format is that of HTTP APIs.
public typealias FunctionURLResponse = APIGatewayV2Response
