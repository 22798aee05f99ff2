import LambdaRuntime
import Threads

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A function that was started and will end.
struct RunningFunction: Sendable {
  private struct State {
    var status: Int32?
    var waiting: [CheckedContinuation<Int32, Never>] = []
  }

  let processID: Int32?
  /// Brings what the function has written so far to where its log lines go.
  let flushLogs: @Sendable () -> Void
  private let state = Monitor(State())

  /// Starts the runtime on a thread of this process.
  static func inProcess(
    _ server: RuntimeAPIServer, _ logs: LogCollector, _ environment: [String: String], _ lifecycle: Lifecycle,
    _ make: @escaping @Sendable () throws -> Invoker
  ) throws -> RunningFunction {
    let running = RunningFunction(processID: nil, flushLogs: {})
    let loop = RuntimeLoop(
      endpoint: Endpoint(loopbackPort: server.port), function: FunctionEnvironment { environment[$0] },
      log: Log({ environment[$0] }, write: { logs.append($0) }), lifecycle: lifecycle)
    try DedicatedThread { running.end(loop.run(make), server) }.detach()
    return running
  }

  /// Starts a program, and gathers what it writes.
  static func binary(
    _ path: String, _ arguments: [String], _ server: RuntimeAPIServer, _ logs: LogCollector,
    _ environment: [String: String]
  ) throws -> RunningFunction {
    let process = try ChildProcess(path, arguments, environment: environment)
    let running = RunningFunction(processID: process.id) { process.readWhatIsThere { logs.append($0) } }
    try DedicatedThread {
      process.readOutput { logs.append($0) }
      running.end(process.wait(), server)
    }.detach()
    return running
  }

  /// Ends a function that has a process of its own, at once.
  func kill() {
    guard let processID else { return }
    state.change { if $0.status == nil { _ = sendSignal(processID, SIGKILL) } }
  }

  func exitStatus() async -> Int32 {
    await withCheckedContinuation { continuation in
      let status: Int32? = state.change {
        if $0.status == nil { $0.waiting.append(continuation) }
        return $0.status
      }
      if let status { continuation.resume(returning: status) }
    }
  }

  private func end(_ status: Int32, _ server: RuntimeAPIServer) {
    let waiting = state.change {
      $0.status = status
      return $0.waiting
    }
    for continuation in waiting { continuation.resume(returning: status) }
    // Who still waits for a response would wait for ever.
    server.stop()
  }
}

// Inside `RunningFunction` this name is its own method.
private let sendSignal = kill
