public import LambdaRuntime

/// What a test does with a function: sends events, and looks at what comes back.
public struct FunctionClient: Sendable {
  /// The Runtime API that the function talks to, for scripts of faults and a look at what was received.
  public let server: RuntimeAPIServer
  let collector: LogCollector
  let running: RunningFunction

  /// Sends an event and waits for the outcome.
  public func invoke(
    _ event: [UInt8], deadline: Deadline = Deadline(in: .seconds(900)), headers: [(name: String, value: String)] = []
  ) async -> InvocationOutcome {
    await server.invoke(event, deadline: deadline, headers: headers)
  }

  /// Sends an event of text, such as JSON, and waits for the outcome.
  public func invoke(
    _ event: String, deadline: Deadline = Deadline(in: .seconds(900)), headers: [(name: String, value: String)] = []
  ) async -> InvocationOutcome {
    await server.invoke(Array(event.utf8), deadline: deadline, headers: headers)
  }

  /// The log lines so far.
  public var logs: [String] { collector.lines }

  /// The process id of a function in a process of its own; nil in process.
  public var processID: Int32? { running.processID }

  /// Waits until the function has ended by itself.
  /// - Returns: its exit status; for one that a signal ended, 128 and the signal's number.
  public func exitStatus() async -> Int32 { await running.exitStatus() }

  /// Takes the Runtime API away, which ends the function, and waits for that.
  func stop() async {
    server.stop()
    _ = await running.exitStatus()
  }
}
