import LambdaRuntime
import LambdaTesting
import Testing
import Threads

/// What the Runtime API may do while a function starts, and what has to come of it.
@Suite("Faults while a function starts", .timeLimit(.minutes(1)))
struct StartFaultTests {
  /// What may become of a report that the function could not start.
  static let reports: [(String, Reply)] = [
    ("taken", .status(202, #"{"status":"OK"}"#)),
    ("refused", .status(403, #"{"errorType":"InvalidStateTransition"}"#)),
    ("unrecoverable", .status(500, #"{"errorType":"InternalServerError"}"#)),
    ("closed", .close), ("reset", .reset), ("nonsense", .raw([Array("nonsense\r\n".utf8)], thenClose: false)),
    ("never answered", .raw([], thenClose: false)),
    ("half of an answer", .raw([Array("HTTP/1.1 202 Accepted\r\nContent-Le".utf8)], thenClose: false)),
  ]

  @Test("a function that could not be made ends, whatever becomes of its report", arguments: reports)
  func initialisation(name: String, reply: Reply) async throws {
    let function = FunctionUnderTest.inProcess(makeHandler: { throw FunctionError(type: "NoTable", message: "t") })
    try await function.responding(to: .initError, with: reply).test { function in
      #expect(await function.exitStatus() == 1)
      #expect(function.server.received.map(\.call) == [.initError])
    }
  }

  @Test("a copy whose hook fails ends, whatever becomes of its report", arguments: reports)
  func restore(name: String, reply: Reply) async throws {
    let lifecycle = Lifecycle()
    lifecycle.afterRestore { throw FunctionError(type: "NoConnection", message: "database") }
    let function = FunctionUnderTest.inProcess(lifecycle: lifecycle, echo)
      .environment(["AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"])
    try await function.responding(to: .restoreError, with: reply).test { function in
      #expect(await function.exitStatus() == 1)
      #expect(function.server.received.map(\.call) == [.restoreNext, .restoreError])
      let report = try #require(function.server.received(.restoreError).first)
      #expect(report.header("Lambda-Runtime-Function-Error-Type") == "Function.NoConnection")
    }
  }

  @Test("a /restore/next that is refused ends the process, and the log says why", arguments: [400, 403, 500])
  func restoreRefused(status: Int) async throws {
    let hasRestored = Monitor(false)
    let lifecycle = Lifecycle()
    lifecycle.afterRestore { hasRestored.change { $0 = true } }
    let function = FunctionUnderTest.inProcess(lifecycle: lifecycle, echo)
      .environment(["AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"])
    let refusal = Reply.status(status, #"{"errorType":"Forbidden"}"#)
    try await function.responding(to: .restoreNext, with: refusal).test { function in
      #expect(await function.exitStatus() == 1)
      #expect(function.server.received.map(\.call) == [.restoreNext])
      #expect(function.logs.count == 1)
      #expect(function.logs.first?.hasPrefix("FATAL") == true)
      #expect(
        function.logs.first?.contains("/restore/next got the status \(status): {\"errorType\":\"Forbidden\"}")
          == true)
    }
    #expect(hasRestored.change { !$0 })
  }

  @Test("a /restore/next whose connection breaks is reported, and ends the process", arguments: [Reply.close, .reset])
  func restoreBroken(reply: Reply) async throws {
    let function = FunctionUnderTest.inProcess(echo)
      .environment(["AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"])
    try await function.responding(to: .restoreNext, with: reply).test { function in
      #expect(await function.exitStatus() == 1)
      #expect(function.server.received.map(\.call) == [.restoreNext, .restoreError])
    }
  }

  @Test("a restored copy talks over a connection of its own")
  func freshConnection() async throws {
    let function = FunctionUnderTest.inProcess(echo)
      .environment(["AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"])
    try await function.test { function in
      #expect(await function.invoke("x").text == "x")
      let received = function.server.received
      #expect(received.map(\.call).prefix(3) == [.restoreNext, .next, .response])
      #expect(received.map(\.connection).prefix(3) == [1, 2, 2])
    }
  }
}
