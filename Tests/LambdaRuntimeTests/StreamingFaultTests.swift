import LambdaRuntime
import LambdaTesting
import Testing
import Threads

/// What the Runtime API may say to a response that is being streamed, and what has to come of it.
@Suite("Faults while a response is streamed", .timeLimit(.minutes(1)))
struct StreamingFaultTests {
  /// When the server answers: before the content, in the middle of it, and after its end.
  enum Moment: String, CaseIterable, CustomTestStringConvertible {
    case before, during, after
    var testDescription: String { rawValue }

    /// The event that makes the handler write until it is refused, or a little only.
    var event: String { self == .after ? "little" : "much" }

    func reply(_ reply: Reply) -> Reply {
      switch self {
      case .before: .early(reply, after: 0)
      case .during: .early(reply, after: 100_000)
      case .after: reply
      }
    }
  }

  /// What the writer of the last large response was told.
  private let told = Monitor<ResponseStreamError?>(nil)

  private var function: FunctionUnderTest {
    .inProcess(streaming: { [told] event, writer, _ in
      guard event == Array("much".utf8) else { return try await writer.write(event) }
      do throws(ResponseStreamError) {
        // Far more than sockets buffer: who is not told would go on for minutes.
        for _ in 0..<1_000_000 { try await writer.write([UInt8](repeating: 1, count: 1_000)) }
      } catch {
        told.change { $0 = error }
        throw error
      }
    })
  }

  static let refusals = [
    (400, "InvalidFunctionResponseMode"), (403, "InvalidStateTransition"), (410, "InvokeTimeout"),
    (413, "RequestEntityTooLarge"),
  ]

  @Test(
    "a refusal stops the writer, is logged once without an /error, and the loop goes on",
    arguments: refusals, Moment.allCases)
  func refused(refusal: (status: Int, type: String), moment: Moment) async throws {
    try await function.test { function in
      let reply = Reply.status(refusal.status, "{\"errorType\":\"\(refusal.type)\"}")
      function.server.script(.response, moment.reply(reply))
      _ = await function.invoke(moment.event)
      #expect(await function.invoke("next").text == "next")
      #expect(function.server.received(.error).isEmpty)
      let lines = function.logs.filter { $0.contains("was not taken") }
      #expect(lines.count == 1)
      #expect(lines.first?.contains("status=\(refusal.status)") == true)
      #expect(lines.first?.contains(refusal.type) == true)
      #expect(told.change { $0 } == (moment == .after ? nil : .closed))
    }
  }

  @Test("a refusal stops the writer also where the server reads on")
  func refusedButRead() async throws {
    try await function.test { function in
      let refusal = Reply.status(410, #"{"errorType":"InvokeTimeout"}"#)
      function.server.script(.response, .early(.halfClose(refusal.bytes), after: 0))
      _ = await function.invoke("much")
      #expect(await function.invoke("next").text == "next")
      #expect(told.change { $0 } == .closed)
      #expect(function.logs.count { $0.contains("InvokeTimeout") } == 1)
    }
  }

  @Test("500 ends the process, with a status that is not zero", arguments: Moment.allCases)
  func unrecoverable(moment: Moment) async throws {
    try await function.test { function in
      function.server.script(.response, moment.reply(.status(500, #"{"errorType":"InternalServerError"}"#)))
      _ = await function.invoke(moment.event)
      #expect(await function.exitStatus() == 1)
      #expect(function.logs.last?.hasPrefix("FATAL") == true)
      #expect(function.logs.last?.contains("InternalServerError") == true)
    }
  }

  @Test("a connection that breaks stops the writer, and the loop goes on", arguments: [Reply.close, .reset])
  func broken(reply: Reply) async throws {
    try await function.test { function in
      for moment in [Moment.before, .during] {
        told.change { $0 = nil }
        function.server.script(.response, moment.reply(reply))
        _ = await function.invoke("much")
        #expect(await function.invoke("next").text == "next")
        #expect(told.change { $0 } == .closed)
      }
      #expect(function.logs.count { $0.contains("could not be delivered") } == 2)
    }
  }

  @Test("an answer that says it closes the connection is an answer, and the next call opens another")
  func connectionClose() async throws {
    try await function.test { function in
      function.server.script(.response, .response(status: 202, fields: [("Connection", "close")], body: []))
      _ = await function.invoke("little")
      #expect(await function.invoke("next").text == "next")
      #expect(function.server.received(.response).map(\.connection) == [1, 2])
    }
  }
}
