import LambdaRuntime
import LambdaTesting
import Testing

/// `LambdaContext.current`, by which code that gets no context knows the invocation that it works for.
@Suite("The current invocation", .timeLimit(.minutes(1)))
struct CurrentContextTests {
  /// What code that gets no context sees.
  @Sendable private static func seen() -> String {
    LambdaContext.current.map { "\($0.requestID) \($0.traceID ?? "-")" } ?? "none"
  }

  static let functions: [(String, FunctionUnderTest)] = [
    ("blocking", .inProcess(blocking: { _, _ in Array(seen().utf8) })),
    (
      "asynchronous",
      .inProcess { _, _ in
        await Task.yield()
        return Array(await Task { seen() }.value.utf8)
      }
    ),
    ("streaming", .inProcess(streaming: { _, writer, _ in try await writer.write(seen()) })),
  ]

  @Test("every form of handler has its own, one at a time and side by side", arguments: functions, ["1", "4"])
  func forms(function: (name: String, function: FunctionUnderTest), concurrency: String) async throws {
    let environment = ["AWS_LAMBDA_MAX_CONCURRENCY": concurrency]
    try await function.function.environment(environment).test { function in
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<20 {
          group.addTask {
            let headers = [
              (name: "Lambda-Runtime-Aws-Request-Id", value: "r\(number)"),
              (name: "Lambda-Runtime-Trace-Id", value: "Root=\(number)"),
            ]
            let event = Reply.response(status: 200, fields: headers, body: [])
            #expect(await function.server.invoke("r\(number)", event).text == "r\(number) Root=\(number)")
          }
        }
      }
    }
    #expect(LambdaContext.current == nil)
  }

  @Test("inside a subsegment it is the subsegment's, and outside again the invocation's")
  func subsegment() async throws {
    let traced = LambdaContext(
      requestID: "r", traceID: "Root=1-2-3;Parent=53995c3f42cd8ad8;Sampled=1",
      function: FunctionEnvironment(xrayDaemonAddress: "127.0.0.1:9"))
    let inTask = try await traced.subsegment("outer") { (outer) async throws in
      #expect(Self.seen() == "r \(outer.traceID ?? "")")
      outer.subsegment("inner") { inner in
        #expect(inner.traceID != outer.traceID)
        #expect(Self.seen() == "r \(inner.traceID ?? "")")
      }
      return Self.seen() == "r \(outer.traceID ?? "")"
    }
    #expect(inTask)
    let function = FunctionUnderTest.inProcess(blocking: { _, context in
      let before = Self.seen()
      let inside = traced.subsegment("part") { _ in LambdaContext.current?.traceID }
      return Array("\(inside?.hasPrefix("Root=1-2-3;Parent=") ?? false) \(before == Self.seen())".utf8)
    })
    try await function.test { function in #expect(await function.invoke("").text == "true true") }
    #expect(LambdaContext.current == nil)
  }
}
