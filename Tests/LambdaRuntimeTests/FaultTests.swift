import LambdaRuntime
import LambdaTesting
import Testing

/// What the Runtime API may do, row by row, and what has to come of it.
@Suite("Faults of the Runtime API", .timeLimit(.minutes(1)))
struct FaultTests {
  /// Answers to /response and /error after which the loop goes on.
  static let refusals: [(RuntimeAPIServer.Call, Int, String)] = [
    (.response, 400, "InvalidRequestID"), (.response, 400, "InvalidFunctionResponseMode"),
    (.response, 400, "TruncatedHTTPRequest"), (.response, 403, "InvalidStateTransition"),
    (.response, 410, "InvokeTimeout"), (.response, 413, "RequestEntityTooLarge"), (.response, 404, "NotFound"),
    (.response, 503, "Unavailable"), (.error, 400, "InvalidRequestID"), (.error, 403, "InvalidStateTransition"),
    (.error, 410, "InvokeTimeout"), (.error, 413, "RequestEntityTooLarge"),
  ]

  @Test("an answer that is refused is logged once, and the loop goes on", arguments: refusals)
  func refused(call: RuntimeAPIServer.Call, status: Int, type: String) async throws {
    try await FunctionUnderTest.inProcess(moody).test { function in
      function.server.script(call, .status(status, "{\"errorType\":\"\(type)\"}"))
      _ = await function.invoke(call == .error ? "throw" : "first")
      #expect(await function.invoke("second").text == "second")
      #expect(function.server.received(.error).count == (call == .error ? 1 : 0))
      #expect(function.logs.count { $0.contains("status=\(status)") && $0.contains(type) } == 1)
    }
  }

  /// Answers after which the process has to end.
  static let ends: [(RuntimeAPIServer.Call, Int)] = [
    (.next, 400), (.next, 403), (.next, 404), (.next, 500), (.next, 503), (.response, 500), (.error, 500),
  ]

  @Test("an unrecoverable answer ends the process at once, with a status that is not zero", arguments: ends)
  func unrecoverable(call: RuntimeAPIServer.Call, status: Int) async throws {
    try await FunctionUnderTest.inProcess(moody).test { function in
      _ = await function.invoke("first")
      function.server.script(call, .status(status, #"{"errorType":"InternalServerError"}"#))
      async let second = function.invoke(call == .error ? "throw" : "second")
      // The call that waits already is not the scripted one.
      async let third = function.invoke("third")
      #expect(await function.exitStatus() == 1)
      #expect(function.logs.last?.hasPrefix("FATAL") == true)
      #expect(function.logs.last?.contains("\(status)") == true)
      _ = await (second, third)
    }
  }

  private static func raw(_ text: String, thenClose: Bool = true) -> Reply {
    .raw([Array(text.utf8)], thenClose: thenClose)
  }

  /// What may come instead of an event, after which the runtime asks again.
  static let brokenNexts: [(String, Reply)] = [
    ("closed without a word", .close), ("reset", .reset), ("no HTTP", raw("SSH-2.0-OpenSSH_9.2\r\n")),
    ("a status that is not a number", raw("HTTP/1.1 OK fine\r\n\r\n")), ("another version", raw("HTTP/2 200\r\n\r\n")),
    ("a head cut short", raw("HTTP/1.1 200 OK\r\nLambda-Run")),
    ("a body cut short", raw("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: x\r\nContent-Length: 9\r\n\r\n{}")),
    ("a length that is none", raw("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: x\r\nContent-Length: -1\r\n\r\n")),
    ("no request id", raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", thenClose: false)),
    (
      "a request id that would break a request line",
      raw("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: a b\r\nContent-Length: 0\r\n\r\n", thenClose: false)
    ),
    ("a field without a colon", raw("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n")),
    ("an endless head", raw("HTTP/1.1 200 OK\r\nX: " + String(repeating: "y", count: 200_000))),
    ("a chunk size that is none", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n")),
    (
      "a chunk longer than its size", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n0\r\n\r\n")
    ),
    ("a chunk cut short", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")),
    ("another coding", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nab")),
  ]

  @Test(
    "a broken answer to /next is asked for again, on a new connection unless that is intact", arguments: brokenNexts)
  func brokenNext(name: String, reply: Reply) async throws {
    try await FunctionUnderTest.inProcess(echo).test { function in
      #expect(await function.invoke("first").text == "first")
      function.server.script(.next, reply)
      #expect(await function.invoke("second").text == "second")
      #expect(await function.invoke("third").text == "third")
      // An answer that is whole HTTP, and of no use, leaves its connection as it is.
      let isOpen = if case .raw(_, thenClose: false) = reply { true } else { false }
      #expect(function.server.received(.response).last?.connection == (isOpen ? 1 : 2))
    }
  }

  @Test("a Runtime API that sends nothing but nonsense is given up")
  func nothingButNonsense() async throws {
    try await FunctionUnderTest.inProcess(echo).test { function in
      for _ in 0..<20 { function.server.script(.next, Self.raw("nonsense\r\n")) }
      async let first = function.invoke("first")
      #expect(await function.exitStatus() == 1)
      _ = await first
    }
  }

  @Test(
    "what was sent on a connection that turns out to be closed is sent again, and not again when Lambda had it",
    arguments: [Reply.close, .reset], [RuntimeAPIServer.Call.response, .error])
  func unanswered(reply: Reply, call: RuntimeAPIServer.Call) async throws {
    try await FunctionUnderTest.inProcess(moody).test { function in
      function.server.script(call, reply)
      #expect(await function.invoke(call == .error ? "throw" : "first") != .noResponse)
      #expect(await function.invoke("second").text == "second")
      // The server has no such invocation any more, and says so with 400.
      #expect(function.server.received(call).map(\.connection).prefix(2) == [1, 2])
      #expect(!function.logs.contains { $0.contains("was not taken") || $0.contains("could not be delivered") })
    }
  }

  @Test(
    "a 403 is an error of the first attempt, and the sign of one that arrived for the second", arguments: [400, 403])
  func refusedAgain(status: Int) async throws {
    try await FunctionUnderTest.inProcess(echo).test { function in
      function.server.script(.response, .close, .status(status), .status(status))
      _ = await function.invoke("first")
      _ = await function.invoke("second")
      #expect(await function.invoke("third").text == "third")
      #expect(function.logs.count { $0.contains("was not taken status=\(status)") } == 1)
    }
  }

  private static let accepted = Array("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}".utf8)

  @Test(
    "a response whose answer breaks off at any byte is logged and not sent again",
    arguments: [RuntimeAPIServer.Call.response, .error], [true, false])
  func brokenAnswer(call: RuntimeAPIServer.Call, isReset: Bool) async throws {
    try await FunctionUnderTest.inProcess(moody).test { function in
      #expect(await function.invoke("first").text == "first")
      for cut in 1..<Self.accepted.count {
        let bytes = Array(Self.accepted[..<cut])
        function.server.script(call, isReset ? .cut(bytes) : .raw([bytes], thenClose: true))
        #expect(await function.invoke(call == .error ? "throw" : "x") != .noResponse)
        #expect(await function.invoke("next").text == "next")
        #expect(function.logs.count { $0.contains("could not be delivered") } == cut, "cut after \(cut) bytes")
      }
      #expect(!function.logs.contains { $0.contains("was not taken") })
      function.server.script(call, isReset ? .cut(Self.accepted) : .raw([Self.accepted], thenClose: true))
      #expect(await function.invoke(call == .error ? "throw" : "x") != .noResponse)
      #expect(await function.invoke("next").text == "next")
      #expect(function.logs.count { $0.contains("could not be delivered") } == Self.accepted.count - 1)
    }
  }

  @Test("an answer to a response that is not HTTP is logged, and the loop goes on")
  func noHTTP() async throws {
    try await FunctionUnderTest.inProcess(echo).test { function in
      function.server.script(.response, Self.raw("nonsense\r\n\r\n"))
      #expect(await function.invoke("first").text == "first")
      #expect(await function.invoke("second").text == "second")
      #expect(function.logs.count { $0.contains("could not be delivered") } == 1)
    }
  }

  @Test("an event that is delivered again, because its answer was lost, is served again")
  func deliveredAgain() async throws {
    try await FunctionUnderTest.inProcess(echo).test { function in
      let event = Reply.response(
        status: 200, fields: [("Lambda-Runtime-Aws-Request-Id", "same")], body: Array("x".utf8))
      function.server.script(.response, Self.raw("HTTP/1.1 202 Acc"))
      #expect(await function.server.invoke("same", event).text == "x")
      #expect(await function.server.invoke("same", event).text == "x")
      #expect(function.server.received(.response).map(\.target).count { $0.contains("/same/") } == 2)
    }
  }

  @Test("a server that closes after each answer is connected to again")
  func connectionClose() async throws {
    try await FunctionUnderTest.inProcess(echo).test { function in
      for number in 1...5 {
        let reply = Reply.response(
          status: 200, fields: [("Lambda-Runtime-Aws-Request-Id", "r\(number)"), ("Connection", "close")],
          body: Array("\(number)".utf8))
        #expect(await function.server.invoke("r\(number)", reply).text == "\(number)")
      }
      // The server does not close it: the runtime has to.
      #expect(function.server.received(.response).map(\.connection) == [2, 3, 4, 5, 6])
      #expect(function.server.received(.next).map(\.connection).prefix(5) == [1, 2, 3, 4, 5])
    }
  }

  @Test(
    "a server that says it closes after the answer to a response is connected to again", arguments: ["ok", "throw"])
  func connectionCloseOnResponse(event: String) async throws {
    try await FunctionUnderTest.inProcess(moody).test { function in
      let call = event == "throw" ? RuntimeAPIServer.Call.error : .response
      for round in 1...3 {
        function.server.script(call, .response(status: 202, fields: [("Connection", "close")], body: Array("{}".utf8)))
        _ = await function.invoke(event)
        #expect(function.server.received(call).last?.connection == round)
      }
      #expect(await function.invoke("next").text == "next")
      #expect(function.server.received(.response).last?.connection == 4)
      #expect(!function.logs.contains { $0.contains("could not be delivered") })
    }
  }

  @Test("a server that closes while the handler runs still gets the response")
  func closedMeanwhile() async throws {
    let slow = FunctionUnderTest.inProcess { event, _ in
      try await Task.sleep(for: .milliseconds(30))
      return event
    }
    try await slow.test { function in
      let event = Reply.raw(
        [Array("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\nContent-Length: 1\r\n\r\nx".utf8)],
        thenClose: true)
      #expect(await function.server.invoke("r", event).text == "x")
    }
  }

  static let wellFormed: [(String, String)] = [
    ("a stated length", "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\nContent-Length: 5\r\n\r\nhello"),
    (
      "chunks, an extension and a trailer",
      "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: r\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "2;a=b\r\nhe\r\n03\r\nllo\r\n0\r\nX-Trailer: 1\r\n\r\n"
    ),
    (
      "interim answers, bare line feeds, no reason",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
        + "HTTP/1.1 200\nLambda-Runtime-Aws-Request-Id:r\nContent-Length: 5\n\nhello"
    ),
  ]

  @Test("an answer that is split at any byte is the same answer", arguments: wellFormed)
  func split(name: String, text: String) async throws {
    let bytes = Array(text.utf8)
    try await FunctionUnderTest.inProcess(echo).test { function in
      for cut in 1..<bytes.count {
        let reply = Reply.raw([Array(bytes[..<cut]), Array(bytes[cut...])], thenClose: false)
        let outcome = await function.server.invoke("r", reply)
        #expect(outcome.text == "hello", "cut after \(cut) bytes")
      }
      #expect(await function.server.invoke("r", .raw(bytes.map { [$0] }, thenClose: false)).text == "hello")
    }
  }

  @Test(
    "an answer that ends or breaks off at any byte is asked for again, with a word on it if it had begun",
    arguments: wellFormed, [true, false])
  func truncated(answer: (name: String, text: String), isReset: Bool) async throws {
    let bytes = Array(answer.text.utf8)
    try await FunctionUnderTest.inProcess(echo).test { function in
      #expect(await function.invoke("first").text == "first")
      for cut in 0..<bytes.count {
        let start = Array(bytes[..<cut])
        function.server.script(.next, isReset ? .cut(start) : .raw([start], thenClose: true))
        // The call that waits already may not be the scripted one; the second is.
        for _ in 0..<2 {
          let outcome = await function.invoke("whole")
          #expect(outcome.text == "whole", "cut after \(cut) bytes")
        }
        #expect(function.logs.count { $0.contains("Could not take an invocation") } == cut, "cut after \(cut) bytes")
      }
    }
  }

  @Test("content without a length ends with its connection")
  func untilClose() async throws {
    try await FunctionUnderTest.inProcess(echo).test { function in
      let text = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\n\r\nhello"
      #expect(await function.server.invoke("r", Self.raw(text)).text == "hello")
      #expect(await function.invoke("next").text == "next")
    }
  }
}
