/// The status and headers of a streamed HTTP response (AWS Lambda Developer Guide, "Response streaming").
public struct HTTPIntegrationHead: Sendable, Equatable {
  /// The HTTP status, 100 to 599.
  public var statusCode: Int
  /// The header fields; `Set-Cookie` goes into `cookies`.
  public var headers: [String: String]
  /// The values of the `Set-Cookie` header fields.
  public var cookies: [String]

  /// Makes a head: of a response that went well, where nothing else is said.
  public init(statusCode: Int = 200, headers: [String: String] = [:], cookies: [String] = []) {
    self.statusCode = statusCode
    self.headers = headers
    self.cookies = cookies
  }

  static let contentType = "application/vnd.awslambda.http-integration-response"

  /// JSON, then eight NUL bytes, after which the content follows.
  var prelude: [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.member("statusCode", Int64(statusCode))
      $0.key("headers")
      $0.object {
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { $0.member(name, value) }
      }
      $0.key("cookies")
      $0.array {
        for cookie in cookies { $0.string(cookie) }
      }
    }
    return writer.bytes + [UInt8](repeating: 0, count: 8)
  }
}
