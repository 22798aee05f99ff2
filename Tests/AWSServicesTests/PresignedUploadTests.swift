import AWSFixtures
import AWSServices
import Testing

@Suite("Uploads to presigned URLs", .timeLimit(.minutes(1)))
struct PresignedUploadTests {
  private func url(_ server: FaultServer) -> String { "http://127.0.0.1:\(server.port)/stack?X-Amz-Signature=a%2Fb" }

  @Test("bytes go out once, by PUT, with the query as it is and no content type")
  func put() async throws {
    let server = try FaultServer { _ in .init(200) }
    defer { server.stop() }
    try await PresignedUpload(environment: [:]).put(Array("{}".utf8), to: url(server))
    let request = try #require(server.requests.first)
    #expect(server.requests.count == 1)
    #expect(request.method == "PUT" && request.target == "/stack?X-Amz-Signature=a%2Fb")
    #expect(request.body == Array("{}".utf8) && request.headers["content-type"] == nil)
  }

  @Test("a server that fails for a moment, and a connection that breaks, get it again")
  func again() async throws {
    let server = try FaultServer { request in
      request.index == 0 ? .init(503) : request.index == 1 ? .init(fault: .lost) : .init(200)
    }
    defer { server.stop() }
    try await PresignedUpload(environment: [:]).put([1], to: url(server))
    #expect(server.requests.map(\.body) == [[1], [1], [1]])
  }

  @Test("a refusal is the error, without the signature, and is not tried again")
  func refusal() async throws {
    let server = try FaultServer { _ in
      .init(403, text: "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>")
    }
    defer { server.stop() }
    let upload = try PresignedUpload(environment: [:])
    let error = await #expect(throws: AWSError.self) { try await upload.put([1], to: url(server)) }
    #expect(server.requests.count == 1)
    #expect(error?.description.contains("AccessDenied") == true && error?.description.contains("Signature") == false)
  }

  @Test(
    "an address that others could read is refused",
    arguments: ["http://example.com/x", "http://127.0.0.1:1@example.com/x", "ftp://a", ""])
  func addresses(url: String) async throws {
    let upload = try PresignedUpload(environment: [:])
    await #expect(throws: AWSError.self) { try await upload.put([1], to: url) }
  }
}
