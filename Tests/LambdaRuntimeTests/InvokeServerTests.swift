import Encodings
import LambdaRuntime
import LambdaTesting
import Testing
import Threads

@Suite("The local Invoke API", .timeLimit(.minutes(1)))
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

  /// Calls the server, and gives what comes back as it is, up to the end of the connection.
  /// - Parameter see: gets what has come so far, each time there is more.
  private func raw(
    _ server: InvokeServer, _ event: String, see: @escaping @Sendable (String) -> Void = { _ in }
  ) async throws -> String {
    let endpoint = Endpoint(loopbackPort: server.port)
    let path = "/2015-03-31/functions/f/invocations"
    return try await withCheckedThrowingContinuation { continuation in
      do {
        try DedicatedThread {
          do {
            let socket = try Socket.connect(to: endpoint)
            let request = HTTPRequest("POST", path, fields: [("Connection", "close")], body: Array(event.utf8))
            _ = try socket.send(request.bytes(host: endpoint))
            var received = ""
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
              let count = try socket.receive(into: &buffer)
              if count == 0 { break }
              received += String(decoding: buffer[..<count], as: UTF8.self)
              see(received)
            }
            continuation.resume(returning: received)
          } catch {
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

  @Test("a response that is streamed reaches its caller while it is still being written")
  func streamed() async throws {
    let (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    let server = try InvokeServer(
      .inProcess(streaming: { event, writer, _ in
        try await writer.write("first")
        for await _ in arrivals { break }
        try await writer.write([])
        try await writer.write(event)
      }))
    defer { server.stop() }
    let received = try await raw(server, "second") { if $0.contains("first") { arrival.yield() } }
    #expect(received.contains("\r\nTransfer-Encoding: chunked\r\n"))
    #expect(received.contains("\r\nContent-Type: application/octet-stream\r\n"))
    #expect(received.hasSuffix("\r\n\r\n5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n"))
  }

  @Test("an error half-way breaks the transfer off, and is in the log")
  func streamedError() async throws {
    let written = Monitor<[UInt8]>([])
    let function = FunctionUnderTest.inProcess(streaming: { event, writer, _ in
      if event.isEmpty { throw OutOfStock() }
      try await writer.write(event)
      if event == Array("torn".utf8) { throw OutOfStock() }
    })
    let server = try InvokeServer(function) { bytes in written.change { $0 += bytes } }
    defer { server.stop() }
    #expect(try await raw(server, "torn").hasSuffix("\r\n\r\n4\r\ntorn\r\n"))
    let log = String(decoding: written.change { $0 }, as: UTF8.self)
    #expect(log.contains(#"A response was cut short: {"errorMessage":"OutOfStock()","errorType":"OutOfStock""#))
    #expect(try await raw(server, "whole").hasSuffix("5\r\nwhole\r\n0\r\n\r\n"))
    let early = try await post(server, "")
    #expect(early.head.fields["X-Amz-Function-Error"] == "Unhandled")
  }

  @Test("an invocation over its time is an error like Lambda's, and the function is started again")
  func timeout() async throws {
    let server = try InvokeServer(
      .inProcess { event, context in
        if event == Array("slow".utf8) { try await Task.sleep(for: .seconds(20)) }
        return Array("\(context.isColdStart) \(context.deadline.remaining <= .seconds(2))".utf8)
      }, timeout: .seconds(2))
    defer { server.stop() }
    #expect(text(try await post(server, "")) == "true true")
    #expect(text(try await post(server, "")) == "false true")
    let late = try await post(server, "slow")
    #expect(late.head.status == 200)
    #expect(late.head.fields["X-Amz-Function-Error"] == "Unhandled")
    let id = try #require(late.head.fields["X-Amzn-RequestId"])
    #expect(
      text(late) == #"{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: \#(id) Error: "#
        + #"Task timed out after 2.00 seconds"}"#)
    #expect(text(try await post(server, "")).hasSuffix(" true"))
  }

  @Test("an invocation gets the last 4 KB of its own log, where it asks for them")
  func logTail() async throws {
    let server = try InvokeServer(
      .inProcess { event, context in
        for number in 0..<100 { context.log.info("\(String(decoding: event, as: UTF8.self)) \(number)") }
        context.log.info("the end")
        return Array(event.prefix(1))
      })
    defer { server.stop() }
    let wanted = [(name: "X-Amz-Log-Type", value: "Tail")]
    for event in ["long", "a"] {
      let response = try await post(server, event, fields: wanted)
      let result = try #require(response.head.fields["X-Amz-Log-Result"])
      let tail = String(decoding: try #require(Base64.decode(result)), as: UTF8.self)
      #expect(tail.utf8.count == 4096)
      #expect(tail.hasSuffix("the end\n"))
      #expect(tail.contains("\t\(event) 99\n"))
    }
    #expect(try await post(server, "a").head.fields["X-Amz-Log-Result"] == nil)
    // A built function's lines come through a pipe, and are there all the same.
    let hello = try InvokeServer(.binary(InvocationTests.hello))
    defer { hello.stop() }
    for _ in 0..<20 {
      let response = try await post(hello, "{}", fields: wanted)
      let tail = response.head.fields["X-Amz-Log-Result"].flatMap { Base64.decode($0) } ?? []
      #expect(tail.split(separator: UInt8(ascii: "\n")).count == 1)
      #expect(String(decoding: tail, as: UTF8.self).contains("\tHello from test\n"))
    }
  }

  @Test("a function that cannot start is the error that it reported, each time")
  func startFailure() async throws {
    let server = try InvokeServer(
      .inProcess(makeHandler: { throw FunctionError(type: "NoTable", message: "the table is missing") }))
    defer { server.stop() }
    for _ in 0..<3 {
      let response = try await post(server, "{}")
      #expect(response.head.fields["X-Amz-Function-Error"] == "Unhandled")
      #expect(text(response) == #"{"errorMessage":"the table is missing","errorType":"NoTable","stackTrace":[]}"#)
    }
  }

  @Test("what is sent after an event was taken comes after it")
  func order() async throws {
    let seen = Monitor<[String]>([])
    let server = try InvokeServer(
      .inProcess { event, _ in
        seen.change { $0.append(String(decoding: event, as: UTF8.self)) }
        return event
      })
    defer { server.stop() }
    for number in 0..<20 {
      let event = try await post(server, "event \(number)", fields: [("X-Amz-Invocation-Type", "Event")])
      #expect(event.head.status == 202)
      #expect(try await text(post(server, "request \(number)")) == "request \(number)")
    }
    #expect(seen.change { $0 } == (0..<20).flatMap { ["event \($0)", "request \($0)"] })
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
