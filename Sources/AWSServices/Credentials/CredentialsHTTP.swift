/// HTTP for credential services: a few attempts within a short time, since every call of the program waits for it.
struct CredentialsHTTP: Sendable {
  let http: HTTPClient
  /// For messages.
  let name: String
  var attempts = 3

  /// A service's last response.
  struct Response {
    var head: HTTPHead
    var body: [UInt8]
    /// How often it was asked.
    var attempts: Int

    /// What it says, taken for a refusal.
    var failure: ServiceFailure { ServiceFailure(head, ErrorBody(body), attempts: attempts) }
  }

  /// - Throws: `AWSError.credentials` when no attempt has brought a response.
  func send(_ request: HTTPRequest) async throws -> Response {
    var attempt = 1
    while true {
      do throws(HTTPError) {
        let (head, body) = try await http.send(request, limit: 64 << 10)
        let response = Response(head: head, body: body, attempts: attempt)
        if attempt >= attempts || !Self.isTransient(response) { return response }
      } catch {
        guard error.isTransient, attempt < attempts else {
          throw AWSError.credentials("\(name): \(error.reason) (attempt \(attempt))")
        }
      }
      try await Task.sleep(for: .milliseconds(100 << attempt))
      attempt += 1
    }
  }

  private static func isTransient(_ response: Response) -> Bool {
    guard response.head.status >= 400 else { return false }
    // An identity provider that is slow, or whose new keys have not got about yet, is told by a code of its own.
    return response.head.status >= 500 || response.failure.isRetryable
      || response.failure.code == "InvalidIdentityToken"
  }
}
