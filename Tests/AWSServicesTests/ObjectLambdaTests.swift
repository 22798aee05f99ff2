import AWSFixtures
import AWSServices
import Testing

@Suite struct ObjectLambdaTests {
  @Test func aResponseCarriesTheObjectAndWhatReadersAreToldOfIt() async throws {
    let server = try FaultServer { _ in .init(text: "") }
    let s3 = try TestClient(server.url).s3
    try await s3.writeGetObjectResponse(
      route: "io-abc123", token: "to+ken/=", body: Array("smaller".utf8),
      attributes: .init(contentType: "text/plain", cacheControl: "no-store", userMetadata: ["made": "here"]))
    let request = server.requests[0]
    #expect(request.method == "POST" && request.target == "/WriteGetObjectResponse")
    #expect(request.body == Array("smaller".utf8))
    #expect(request.headers["x-amz-request-route"] == "io-abc123")
    #expect(request.headers["x-amz-request-token"] == "to+ken/=")
    #expect(request.headers["x-amz-fwd-status"] == "200")
    #expect(request.headers["x-amz-fwd-header-content-type"] == "text/plain")
    #expect(request.headers["x-amz-fwd-header-cache-control"] == "no-store")
    #expect(request.headers["x-amz-meta-made"] == "here")
    #expect(request.headers["authorization"]?.contains("/eu-central-1/s3-object-lambda/aws4_request,") == true)
  }

  @Test func anErrorCarriesItsCodeAndItsMessage() async throws {
    let server = try FaultServer { _ in .init(text: "") }
    try await TestClient(server.url).s3.writeGetObjectResponse(
      route: "io-abc123", token: "t", failure: 404, code: "NoSuchKey", message: "It is gone")
    let request = server.requests[0]
    #expect(request.headers["x-amz-fwd-status"] == "404")
    #expect(request.headers["x-amz-fwd-error-code"] == "NoSuchKey")
    #expect(request.headers["x-amz-fwd-error-message"] == "It is gone")
    #expect(request.body == [])
  }

  @Test(arguments: ["", "a.b", "a/b", "evil.example#"])
  func whatIsNotARouteIsRefusedBeforeAnythingIsSent(route: String) async throws {
    let server = try FaultServer { _ in .init(text: "") }
    await #expect(throws: AWSError.self) {
      try await TestClient(server.url).s3.writeGetObjectResponse(
        route: route, token: "t", failure: 500, code: "InternalError", message: "")
    }
    #expect(server.requests.isEmpty)
  }
}
