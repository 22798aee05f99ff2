import AWSServices
import Foundation
import Testing

private let environment = ProcessInfo.processInfo.environment

/// A TLS server behind a proxy that `https_proxy` names.
///
/// `Tests/SystemTests/cloud/test_aws_storage.py` starts both: the proxy makes a tunnel to the server for every host but
/// `refused.test`.
@Suite(.enabled(if: environment["DARKROOM_TEST_PROXIED"] != nil, "DARKROOM_TEST_PROXIED is not set: no proxy"))
struct ProxyTests {
  private func client() throws -> HTTPClient {
    try HTTPClient(trust: TrustStore(environment: environment))
  }

  @Test func theServersAnswerIsTakenAndNotTheProxys() async throws {
    let http = try client()
    // The second goes through the tunnel that stands.
    for _ in 0..<2 {
      let (head, body) = try await http.send(HTTPRequest(method: "GET", url: "https://storage.test/a"))
      #expect(head.status == 404)
      #expect(head.headers["X-From"] == "server")
      #expect(head.headers["X-Via"] == nil)
      #expect(String(decoding: body, as: UTF8.self) == "nothing at /a")
    }
  }

  @Test func anObjectIsReadThroughTheProxy() async throws {
    let configuration = try AWSConfiguration(
      environment: environment.merging(["AWS_ENDPOINT_URL": "https://storage.test", "AWS_REGION": "eu-central-1"]) {
        $1
      })
    let client = try AWSClient(
      configuration: configuration,
      credentials: StaticCredentials(Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")))
    let (info, body) = try await S3Client(client: client).getObject(bucket: "storage.dots", key: "object")
    #expect(info.eTag == "abc")
    #expect(try await body.readAll(limit: 100) == Array("content".utf8))
  }

  @Test func aProxyThatRefusesIsNoAnswerOfTheServers() async throws {
    let http = try client()
    await #expect(throws: HTTPError.self) {
      _ = try await http.send(HTTPRequest(method: "GET", url: "https://refused.test/a"))
    }
  }
}
