/// The two calls of the Extensions API by which a runtime registers itself as an internal extension.
final class ExtensionAPI {
  /// Lambda did not take the registration, for a reason such as `RegistrationClosed` or `TooManyExtensions`.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  private static let base = "/2020-01-01/extension"
  private let connection: HTTPConnection

  init(_ endpoint: Endpoint) {
    connection = HTTPConnection(to: endpoint, bodyLimit: 64 * 1024)
  }

  /// Registers for no events: an internal extension may not ask for SHUTDOWN, and needs none for SIGTERM.
  /// - Returns: the identifier for further calls.
  func register() throws -> String {
    let response = try connection.exchange(
      HTTPRequest(
        "POST", "\(Self.base)/register",
        fields: [("Lambda-Extension-Name", "swift-lambda-runtime"), ("Content-Type", "application/json")],
        body: Array("{\"events\":[]}".utf8)))
    guard response.head.status == 200 else {
      let body = String(decoding: response.body.bytes.prefix(512), as: UTF8.self)
      throw Refusal(description: "registration got the status \(response.head.status): \(body)")
    }
    guard let identifier = response.head.fields["Lambda-Extension-Identifier"] else {
      throw Refusal(description: "registration got a response without an identifier")
    }
    return identifier
  }

  /// Asks for an event that never comes.
  func waitForGood(_ identifier: String) {
    _ = try? connection.exchange(
      HTTPRequest("GET", "\(Self.base)/event/next", fields: [("Lambda-Extension-Identifier", identifier)]))
  }
}
