import Foundation
import LambdaRuntime
import LambdaTesting
import Testing
import Threads

@Suite("Invocations", .timeLimit(.minutes(1)))
struct InvocationTests {
  static let hello = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "hello").path

  static let functions: [(String, FunctionUnderTest)] = [
    (
      "a handler in process",
      .inProcess { Array("{\"hello\":\"world\",\"bytes\":\($0.count)}".utf8) + ($1.requestID.isEmpty ? [0] : []) }
    ),
    (
      "a handler that does not suspend, in process",
      .inProcess(blocking: { event, _ in Array("{\"hello\":\"world\",\"bytes\":\(event.count)}".utf8) })
    ),
    ("the built hello function", .binary(hello)),
  ]

  @Test("one test body serves a function in process and a built binary over a socket", arguments: functions)
  func sameBody(name: String, function: FunctionUnderTest) async throws {
    try await function.test { function in
      #expect(await function.invoke("{\"a\":1}").text == #"{"hello":"world","bytes":7}"#)
      #expect(await function.invoke("").text == #"{"hello":"world","bytes":0}"#)
      #expect(function.server.received(.response).count == 2)
      let connections = function.server.received(.next).map { $0.header("Host") }
      #expect(connections.allSatisfy { $0 == function.server.address })
    }
  }

  @Test("a built function ends with a status that is not zero when the Runtime API is gone")
  func gone() async throws {
    let status = try await FunctionUnderTest.binary(Self.hello).test { function in
      _ = await function.invoke("x")
      function.server.stop()
      return await function.exitStatus()
    }
    #expect(status == 1)
  }

  @Test("a built function outside of Lambda says what it needs", arguments: [nil, "nowhere", "name.example:9001"])
  func outside(address: String?) async throws {
    let function = FunctionUnderTest.binary(Self.hello).environment(["AWS_LAMBDA_RUNTIME_API": address ?? ""])
    try await function.test { function in
      #expect(await function.exitStatus() == 2)
      #expect(function.logs.count == 1)
      #expect(function.logs.first?.contains("AWS_LAMBDA_RUNTIME_API") == true)
    }
  }

  @Test("the context says everything that the headers say")
  func context() async throws {
    let function = FunctionUnderTest.inProcess { _, context in
      let parts = [
        context.requestID, context.invokedFunctionARN, context.traceID, context.clientContext,
        context.cognitoIdentity, context.tenantID, context.invocationID, context.function.functionName,
        "\(context.function.memoryLimit)", "\(context.deadline.unixMilliseconds)", "\(context.isColdStart)",
      ]
      return Array(parts.map { $0 ?? "-" }.joined(separator: "|").utf8)
    }
    try await function.test { function in
      let outcome = await function.invoke(
        "", deadline: Deadline(unixMilliseconds: 1_700_000_000_123),
        headers: [
          ("Lambda-Runtime-Invoked-Function-Arn", "arn"), ("Lambda-Runtime-Trace-Id", "Root=1-2-3"),
          ("Lambda-Runtime-Client-Context", "{broken"), ("Lambda-Runtime-Cognito-Identity", "{}"),
          ("lambda-runtime-aws-tenant-id", "blue"), ("Lambda-Runtime-Invocation-Id", "i-1"),
        ])
      let id = "00000000-0000-4000-8000-000000000001"
      #expect(
        outcome.text == "\(id)|arn|Root=1-2-3|{broken|{}|blue|i-1|test|128|1700000000123|true")
      #expect(function.server.received(.response).first?.header("Lambda-Runtime-Invocation-Id") == "i-1")
      let second = await function.invoke("")
      #expect(second.text?.hasSuffix("|false") == true)
    }
  }

  @Test("nothing but the request id is needed, and what makes no sense is passed over")
  func optionalHeaders() async throws {
    let function = FunctionUnderTest.inProcess { event, context in
      Array("\(context.deadline == .never)|\(context.traceID ?? context.tenantID ?? "-")|\(event.count)".utf8)
    }
    try await function.test { function in
      let bare = Reply.response(status: 200, fields: [("Lambda-Runtime-Aws-Request-Id", "only")], body: [1, 2])
      #expect(await function.server.invoke("only", bare).text == "true|-|2")
      let odd = Reply.response(
        status: 200,
        fields: [
          ("lambda-RUNTIME-aws-request-ID", "odd"), ("Lambda-Runtime-Deadline-Ms", "soon"),
          ("Lambda-Runtime-Trace-Id", ""), ("Lambda-Runtime-Tenant-Id", "no name of Lambda's"),
          ("X-Unknown", "\u{e9}\u{0}"),
        ], body: [])
      #expect(await function.server.invoke("odd", odd).text == "true|-|0")
    }
  }

  @Test("a carriage return or NUL in a header becomes a space, so that what is echoed of it adds no header")
  func controlCharacters() async throws {
    let function = FunctionUnderTest.inProcess { _, context in
      Array("\(context.traceID ?? "-")|\(context.tenantID ?? "-")".utf8)
    }
    try await function.test { function in
      let event = Reply.raw(
        [
          Array(
            """
            HTTP/1.1 200 O\rK\r
            Lambda-Runtime-Aws-Request-Id: r\r
            Lambda-Runtime-Trace-Id: a\u{0}b\rc\r
            Lambda-Runtime-Aws-Tenant-Id: \rblue\r\r
            Lambda-Runtime-Invocation-Id: i\rX-Evil: 1\r
            Content-Length: 0\r
            \r

            """.utf8)
        ], thenClose: false)
      #expect(await function.server.invoke("r", event).text == "a b c|blue")
      let response = try #require(function.server.received(.response).first)
      #expect(response.header("Lambda-Runtime-Invocation-Id") == "i X-Evil: 1")
      #expect(response.header("X-Evil") == nil)
    }
  }

  @Test(
    "a proxy in the environment is not for the Runtime API",
    arguments: ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
  func proxy(variable: String) async throws {
    let asked = Monitor(0)
    let proxy = try HTTPServer { _ in
      asked.change { $0 += 1 }
      return .reply(.status(502))
    }
    defer { proxy.stop() }
    let function = FunctionUnderTest.binary(Self.hello).environment([variable: "http://127.0.0.1:\(proxy.port)"])
    try await function.test { function in
      for _ in 0..<3 { #expect(await function.invoke("{}").text == #"{"hello":"world","bytes":2}"#) }
    }
    #expect(asked.change { $0 } == 0)
  }

  @Test("an event and a response of several megabytes go through", arguments: [1, 65_535, 65_536, 6_291_556])
  func sizes(count: Int) async throws {
    try await FunctionUnderTest.inProcess(echo).test { function in
      let event = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      #expect(await function.invoke(event) == .response(event))
    }
  }

  @Test("an event over 6 MB goes through, whatever Lambda's own limit is", arguments: [6_291_557, 20_000_000])
  func largeEvents(count: Int) async throws {
    let function = FunctionUnderTest.inProcess { event, _ in
      Array("\(event.count) \(event.allSatisfy { $0 == 7 })".utf8)
    }
    try await function.test { function in
      #expect(await function.invoke([UInt8](repeating: 7, count: count)).text == "\(count) true")
      #expect(await function.invoke("next").text == "4 false")
    }
  }

  @Test("the raw form links no Foundation")
  func noFoundation() throws {
    let binary = try Data(contentsOf: URL(filePath: Self.hello))
    // The names of the libraries that the loader is to find.
    #expect(binary.firstRange(of: Data("libswiftCore.so".utf8)) != nil)
    #expect(binary.firstRange(of: Data("libFoundation".utf8)) == nil)
  }

  @Test("a response over 6 MB is logged, no /error follows, and the loop goes on")
  func tooLargeResponse() async throws {
    let function = FunctionUnderTest.inProcess { event, _ in
      event.isEmpty ? [UInt8](repeating: 120, count: 6_291_557) : event
    }
    try await function.test { function in
      #expect(await function.invoke("").failure?.headerType == "Function.ResponseSizeTooLarge")
      #expect(await function.invoke("next").text == "next")
      #expect(function.server.received(.error).isEmpty)
      #expect(function.logs.contains { $0.contains("status=413") && $0.hasPrefix("ERROR") })
    }
  }

  @Test("an event over what the runtime reads is refused by its id, and the loop goes on")
  func tooLargeEvent() async throws {
    try await FunctionUnderTest.inProcess(echo).test { function in
      let huge = Reply.response(
        status: 200, fields: [("Lambda-Runtime-Aws-Request-Id", "huge"), ("Content-Length", "999999999999")], body: [1])
      let outcome = await function.server.invoke("huge", huge)
      #expect(outcome.failure?.headerType == "Runtime.EventTooLarge")
      #expect(await function.invoke("next").text == "next")
    }
  }

  @Test("a handler that outlives its deadline does not touch the next invocation")
  func outlived() async throws {
    let function = FunctionUnderTest.inProcess { event, context in
      if event == Array("slow".utf8) {
        while !context.deadline.isPast { try await Task.sleep(for: .milliseconds(5)) }
      }
      return Array(context.requestID.utf8)
    }
    try await function.test { function in
      function.server.script(.response, .status(410, #"{"errorType":"InvokeTimeout"}"#))
      _ = await function.invoke("slow", deadline: Deadline(in: .milliseconds(30)))
      #expect(await function.invoke("next").text == "00000000-0000-4000-8000-000000000002")
      #expect(function.logs.contains { $0.contains("InvokeTimeout") })
    }
  }

  @Test("what an invocation has left behind writes and logs as part of it, while the next one runs")
  func leftBehind() async throws {
    let (starts, start) = AsyncStream.makeStream(of: Void.self)
    let (ends, end) = AsyncStream.makeStream(of: ResponseStreamError?.self)
    let function = FunctionUnderTest.inProcess(streaming: { event, writer, context in
      if event == Array("first".utf8) {
        Task {
          for await _ in starts { break }
          LambdaContext.current?.log.info("left behind")
          do throws(ResponseStreamError) {
            try await writer.write("late")
            end.yield(nil)
          } catch {
            end.yield(error)
          }
        }
        return try await writer.write("in time")
      }
      try await writer.write("one,")
      start.yield()
      for await refusal in ends {
        try await writer.write(refusal == .closed ? "two" : "\(String(describing: refusal))")
        break
      }
    })
    try await function.test { function in
      #expect(await function.invoke("first").text == "in time")
      #expect(await function.invoke("second").text == "one,two")
      let line = try #require(function.logs.first { $0.contains("left behind") })
      #expect(line.contains("\t00000000-0000-4000-8000-000000000001\t"))
    }
  }
}
