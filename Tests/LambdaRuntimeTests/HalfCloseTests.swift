import LambdaRuntime
import LambdaTesting
import Testing

/// A server that ends what it sends (FIN) and reads on: its connection looks open to who only writes.
@Suite("Connections that the server has half closed", .timeLimit(.minutes(1)))
struct HalfCloseTests {
  private static let event = Array(
    "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r\r\nContent-Length: 5\r\n\r\nhello".utf8)
  private static let accepted = Array("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}".utf8)

  @Test(
    "before an event or in the middle of it, the event is asked for again", arguments: [0, 1, 12, 60, event.count - 1])
  func next(cut: Int) async throws {
    try await FunctionUnderTest.inProcess(echo).test { function in
      for _ in 0..<2 {
        function.server.script(.next, .halfClose(Array(Self.event[..<cut])))
        #expect(await function.invoke("x").text == "x")
      }
    }
  }

  @Test("after an event, the response goes over a new connection")
  func afterEvent() async throws {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let slow = FunctionUnderTest.inProcess { event, _ in
      if event.count == 5 { for await _ in ends { break } }
      return event
    }
    try await slow.test { function in
      let event = Reply.halfClose(Self.event, whenDone: { end.yield() })
      #expect(await function.server.invoke("r", event).text == "hello")
      let connections = function.server.received.filter { $0.call != .next }.map(\.connection)
      #expect(connections == [2])
      #expect(await function.invoke("x").text == "x")
    }
  }

  @Test("after an event, a streamed response goes over a new connection")
  func afterEventStreaming() async throws {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let slow = FunctionUnderTest.inProcess(streaming: { event, writer, _ in
      // What is written before the end has come goes over the connection that nobody answers on.
      if event.count == 5 { for await _ in ends { break } }
      try await writer.write(event)
    })
    try await slow.test { function in
      let event = Reply.halfClose(Self.event, whenDone: { end.yield() })
      #expect(await function.server.invoke("r", event).text == "hello")
      #expect(await function.invoke("x").text == "x")
    }
  }

  @Test(
    "before the answer to a response, in the middle of it or after it, the loop goes on",
    arguments: [0, 1, 20, accepted.count - 1, accepted.count])
  func response(cut: Int) async throws {
    try await FunctionUnderTest.inProcess(moody).test { function in
      for call in [RuntimeAPIServer.Call.response, .error] {
        function.server.script(call, .halfClose(Array(Self.accepted[..<cut])))
        let event = call == .error ? "throw" : "first"
        #expect(await function.invoke(event) != .noResponse)
        #expect(await function.invoke("next").text == "next")
      }
      let isWhole = cut == Self.accepted.count
      #expect(function.logs.contains { $0.contains("could not be delivered") } == (cut > 0 && !isWhole))
      #expect(!function.logs.contains { $0.contains("was not taken") })
    }
  }

  @Test("a restored copy whose Runtime API stayed behind with the snapshot gets its events")
  func restore() async throws {
    let function = FunctionUnderTest.inProcess(echo)
      .environment(["AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"])
    let restored = Reply.halfClose(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))
    try await function.responding(to: .restoreNext, with: restored).test { function in
      #expect(await function.invoke("x").text == "x")
    }
  }
}
