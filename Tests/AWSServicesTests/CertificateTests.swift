import AWSServices
import Foundation
import Testing

private let environment = ProcessInfo.processInfo.environment

/// TLS against a server with a certificate for localhost.
///
/// `Tests/SystemTests/cloud/test_aws_storage.py` starts it.
@Suite(.enabled(if: environment["DARKROOM_TEST_HTTPS_PORT"] != nil, "DARKROOM_TEST_HTTPS_PORT is not set: no server"))
struct CertificateTests {
  let port = environment["DARKROOM_TEST_HTTPS_PORT"] ?? ""
  let certificate = environment["DARKROOM_TEST_HTTPS_CERTIFICATE"] ?? ""

  private func status(host: String, trust: [String: String]) async throws -> Int {
    let http = try HTTPClient(trust: TrustStore(environment: trust))
    // The server knows no method; that it says so in HTTP shows that the connection stands.
    return try await http.send(HTTPRequest(method: "GET", url: "https://\(host):\(port)/")).head.status
  }

  private func isRefused(host: String, trust: [String: String]) async throws -> Bool {
    do {
      _ = try await status(host: host, trust: trust)
      return false
    } catch HTTPError.tls { return true }
  }

  @Test func acceptsACertificateOfTheBundleThatTheEnvironmentNames() async throws {
    #expect(try await status(host: "localhost", trust: ["AWS_CA_BUNDLE": certificate]) == 501)
  }

  @Test func refusesACertificateOfNobodyKnown() async throws {
    #expect(try await isRefused(host: "localhost", trust: [:]))
  }

  @Test func refusesACertificateForAnotherName() async throws {
    #expect(try await isRefused(host: "127.0.0.1", trust: ["AWS_CA_BUNDLE": certificate]))
  }

  @Test func refusesABundleThatIsNotThere() async throws {
    #expect(try await isRefused(host: "localhost", trust: ["AWS_CA_BUNDLE": "/nowhere.pem"]))
  }
}
