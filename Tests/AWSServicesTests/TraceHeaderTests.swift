import AWSFixtures
import AWSServices
import Testing

/// `X-Amzn-Trace-Id`, by which AWS sees functions that call themselves in circles.
@Suite struct TraceHeaderTests {
  private static let trace = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Lineage=25:a87bd80c:1"
  @TaskLocal private static var current: String?

  private func sent(inLambda: Bool = true, _ trace: String?) async throws -> [FaultServer.Request] {
    let server = try FaultServer { request in
      request.method == "POST" ? .init(text: #"{"MessageId": "m"}"#) : .object([])
    }
    let test = try TestClient(
      server.url, environment: inLambda ? ["AWS_LAMBDA_FUNCTION_NAME": "f"] : [:], trace: { Self.current })
    try await Self.$current.withValue(trace) {
      _ = try await test.s3.headObject(bucket: "raw", key: "a")
      _ = try await test.sqs.send("body", to: "q")
    }
    return server.requests
  }

  @Test func goesAlongWithS3sAndSQSsCallsAndIsNotSigned() async throws {
    let requests = try await sent(Self.trace)
    #expect(requests.map { $0.headers["x-amzn-trace-id"] } == [Self.trace, Self.trace])
    #expect(requests.allSatisfy { $0.headers["authorization"]?.contains("x-amzn-trace-id") == false })
  }

  @Test func isNotSentOutsideOfLambdaNorOfAnInvocation() async throws {
    #expect(try await sent(inLambda: false, Self.trace).allSatisfy { $0.headers["x-amzn-trace-id"] == nil })
    #expect(try await sent(nil).allSatisfy { $0.headers["x-amzn-trace-id"] == nil })
    #expect(try await sent("").allSatisfy { $0.headers["x-amzn-trace-id"] == nil })
  }

  @Test func whatCannotStandInAHeaderIsLeftOut() async throws {
    #expect(try await sent("Root=1\r\nHost: x").allSatisfy { $0.headers["x-amzn-trace-id"] == nil })
  }
}
