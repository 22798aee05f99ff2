public import FoundationEssentials

/// Uploads to presigned URLs, such as the one where CloudFormation awaits the response of a custom resource.
public struct PresignedUpload: Sendable {
  private let http: HTTPClient
  private static let attempts = 4

  /// - Parameter environment: The process's variables, for a proxy and for certificates to trust.
  /// - Throws: `AWSError.configuration` when libcurl cannot be set up.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    do throws(HTTPError) {
      http = try HTTPClient(trust: TrustStore(environment: environment))
    } catch { throw AWSError.configuration(error.reason) }
  }

  /// Sends bytes by a PUT, without a `Content-Type`; again for a network or a server that fails for a moment.
  /// - Parameter url: It is sent as it stands. By https, or to this machine: who holds such a URL may write there.
  /// - Throws: `AWSError`, which names the URL without its signature.
  public func put(_ body: [UInt8], to url: String) async throws {
    let call = AWSCall(
      service: "Presigned", operation: "PUT", resource: String(url.prefix { $0 != "?" }.prefix(512)))
    guard (try? AWSEndpoint(url))?.isPrivate == true else {
      throw AWSError.invalidRequest(call, reason: "the URL does not begin with https:// and a host")
    }
    let request = HTTPRequest(
      method: "PUT", url: url, body: body, limits: TransferLimits(totalTimeout: .seconds(10)))
    var attempt = 1
    while true {
      let failure = try await failure(of: request, call, attempt)
      guard let failure else { return }
      guard failure.isRetryable, attempt < Self.attempts else { throw failure }
      try await Task.sleep(for: .milliseconds(100 << attempt))
      attempt += 1
    }
  }

  /// - Returns: nil when the upload was accepted.
  private func failure(of request: HTTPRequest, _ call: AWSCall, _ attempt: Int) async throws -> AWSError? {
    do throws(HTTPError) {
      let (head, body) = try await http.send(request, limit: 64 << 10)
      guard !(200..<300).contains(head.status) else { return nil }
      var failure = ServiceFailure(head, ErrorBody(body), attempts: attempt)
      failure.isRetryable = failure.isRetryable || head.status >= 500
      return .service(call, failure)
    } catch {
      return .network(call, reason: error.reason, isRetryable: error.isTransient)
    }
  }
}
