import LambdaRuntime
import LambdaTesting
import Testing

@Suite("The local Invoke API")
struct InvokeServerTests {
  /// Calls the server as curl would.
  private func post(
    _ server: InvokeServer, _ event: String, path: String = "/2015-03-31/functions/f/invocations",
    fields: [(name: String, value: String)] = []
  ) async throws -> HTTPResponse {
    let endpoint = Endpoint(loopbackPort: server.port)
    return try await withCheckedThrowingContinuation { continuation in
      do {
        try DedicatedThread {
          let connection = HTTPConnection(to: endpoint, bodyLimit: 1 << 20)
          let request = HTTPRequest("POST", path, fields: fields, body: Array(event.utf8))
          do { continuation.resume(returning: try connection.exchange(request)) } catch {
            continuation.resume(throwing: error)
          }
        }.detach()
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  private func text(_ response: HTTPResponse) -> String { String(decoding: response.body.bytes, as: UTF8.self) }

  @Test("an invocation gets the response, an error is marked, and both can be many at once")
  func invocations() async throws {
    let server = try InvokeServer(.inProcess(moody))
    defer { server.stop() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<20 {
        group.addTask {
          let response = try await post(server, "\(number)")
          #expect(response.head.status == 200)
          #expect(response.head.fields["X-Amz-Function-Error"] == nil)
          #expect(response.head.fields["X-Amz-Executed-Version"] == "$LATEST")
          #expect(text(response) == "\(number)")
        }
      }
      try await group.waitForAll()
    }
    let failed = try await post(server, "throw")
    #expect(failed.head.status == 200)
    #expect(failed.head.fields["X-Amz-Function-Error"] == "Unhandled")
    #expect(text(failed).contains(#""errorType":"OutOfStock""#))
  }

  @Test("an event is taken at once, a dry run does nothing, and other paths and types are refused")
  func kinds() async throws {
    let (events, event) = AsyncStream.makeStream(of: String.self)
    let server = try InvokeServer(
      .inProcess { bytes, context in
        event.yield(String(decoding: bytes, as: UTF8.self) + (context.clientContext ?? ""))
        return []
      })
    defer { server.stop() }
    #expect(try await post(server, "dry", fields: [("X-Amz-Invocation-Type", "DryRun")]).head.status == 204)
    let fields = [(name: "X-Amz-Invocation-Type", value: "Event"), ("X-Amz-Client-Context", "eyJhIjoxfQ==")]
    #expect(try await post(server, "later", fields: fields).head.status == 202)
    for await seen in events {
      #expect(seen == #"later{"a":1}"#)
      break
    }
    #expect(try await post(server, "", fields: [("X-Amz-Invocation-Type", "Odd")]).head.status == 400)
    #expect(try await post(server, "", fields: [("X-Amz-Client-Context", "%")]).head.status == 400)
    #expect(try await post(server, "", path: "/2015-03-31/functions").head.status == 404)
  }

  @Test("a function whose process ends is an error for its caller, and started again for the next")
  func restart() async throws {
    // `false` takes no invocation; each is told so, and the server goes on.
    let server = try InvokeServer(.binary("/bin/false"))
    defer { server.stop() }
    for _ in 0..<3 {
      let response = try await post(server, "{}")
      #expect(response.head.fields["X-Amz-Function-Error"] == "Unhandled")
      #expect(text(response).contains("Runtime.ExitError"))
    }
    let hello = try InvokeServer(.binary(InvocationTests.hello))
    defer { hello.stop() }
    #expect(text(try await post(hello, "{}")) == #"{"hello":"world","bytes":2}"#)
  }
}
