import LambdaRuntime
import Threads

/// A function on this machine within the limits that it has where it is deployed.
///
/// Invocations wait for their turn, as many run as the function has workers. A function that ends, or that goes over a
/// limit, is started again for the next invocation.
package final class LocalFunction: Sendable {
  /// The function as it runs now.
  struct Instance {
    let server: RuntimeAPIServer
    let running: RunningFunction
    let logs: LogCollector
    let started: ContinuousClock.Instant
  }

  /// What an invocation may take.
  package struct Limits: Sendable {
    /// After it, a function with a process of its own is ended.
    package var timeout: Duration
    /// In MB; a process that is seen with more in memory is ended.
    ///
    /// Nil for as much as it wants.
    package var memory: Int?

    package init(timeout: Duration = .seconds(900), memory: Int? = nil) {
      self.timeout = timeout
      self.memory = memory
    }
  }

  /// As much of a log as `X-Amz-Log-Result` holds.
  private static let logLimit = 4096
  /// How often a process's memory is looked at.
  private static let memoryInterval = Duration.milliseconds(20)

  private let function: FunctionUnderTest
  private let limits: Limits
  let write: @Sendable ([UInt8]) -> Void
  private let report: @Sendable (FinishedInvocation) -> Void
  private let instance = Monitor<Instance?>(nil)

  /// - Parameters:
  ///   - write: takes what the function writes to its log.
  ///   - report: takes what became of each invocation.
  package init(
    _ function: FunctionUnderTest, limits: Limits = Limits(),
    write: @escaping @Sendable ([UInt8]) -> Void = { _ in },
    report: @escaping @Sendable (FinishedInvocation) -> Void = { _ in }
  ) {
    let memory = limits.memory.map { ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE": String($0)] } ?? [:]
    self.function = function.environment(memory)
    self.limits = limits
    self.write = write
    self.report = report
  }

  deinit { stop() }

  /// Starts the function, unless it runs.
  package func start() throws { _ = try currentInstance() }

  /// Ends the function.
  package func stop() { instance.change { $0?.server.stop() } }

  /// Starts the function anew for what comes from here on; what was in hand ends in the one that ran before.
  package func restart() throws {
    let old: Instance? = instance.change { current in
      defer { current = nil }
      return current
    }
    try start()
    guard let old else { return }
    try DedicatedThread {
      old.server.waitUntilIdle()
      old.server.stop()
      old.running.kill()
    }.detach()
  }

  /// Waits for the invocation's turn, and for its end.
  /// - Parameters:
  ///   - taker: gets a streamed response as it comes.
  ///   - queued: called once the invocation has its place among those that wait.
  package func invoke(
    _ event: [UInt8], _ headers: [(name: String, value: String)] = [], taker: StreamTaker? = nil,
    queued: @escaping @Sendable () -> Void = {}
  ) throws -> FinishedInvocation {
    let instance = try currentInstance()
    let id = instance.server.nextRequestID()
    let turn = Monitor<Turn?>(nil)
    let outcome = try runBlocking { [limits] in
      await instance.server.invoke(id, taker: taker, queued: queued) {
        // Only now has the function's time begun.
        let watch = Task { await Self.hold(instance, id, to: limits) }
        turn.change { $0 = Turn(logStart: instance.logs.count, began: .now, watch: watch) }
        return RuntimeAPIServer.event(event, id, Deadline(in: limits.timeout), headers)
      }
    }
    let ended = ContinuousClock.now
    let own = turn.change { $0 }
    own?.watch.cancel()
    instance.running.flushLogs()
    let finished = FinishedInvocation(
      requestID: id, outcome: outcome, log: instance.logs.tail(after: own?.logStart ?? 0),
      duration: own.map { ended - $0.began } ?? .zero,
      start: instance.server.firstNext(for: id).map { $0 - instance.started },
      memory: instance.running.processID.flatMap { ProcessMemory(of: $0)?.highest }, memoryLimit: limits.memory)
    report(finished)
    return finished
  }

  private struct Turn {
    var logStart: Int
    var began: ContinuousClock.Instant
    var watch: Task<Void, Never>
  }

  /// Ends the function once its time is up, or once it has more in memory than it may.
  private static func hold(_ instance: Instance, _ id: String, to limits: Limits) async {
    let end = ContinuousClock.now + limits.timeout
    if let limit = limits.memory, let process = instance.running.processID {
      while ContinuousClock.now + memoryInterval < end {
        guard (try? await Task.sleep(for: memoryInterval)) != nil else { return }
        if let memory = ProcessMemory(of: process), memory.current > limit {
          Self.end(instance, id, "Runtime.ExitError", "Runtime exited with error: signal: killed")
          return
        }
      }
    }
    guard (try? await Task.sleep(until: end, clock: .continuous)) != nil else { return }
    Self.end(instance, id, "Sandbox.Timedout", "Task timed out after \(limits.timeout.secondsText) seconds")
  }

  /// Ends a function that is over a limit, as Lambda does: what it holds in memory is of no use to anyone.
  private static func end(_ instance: Instance, _ id: String, _ type: String, _ message: String) {
    var writer = JSONWriter()
    writer.object {
      $0.member("errorType", type)
      $0.member("errorMessage", "RequestId: \(id) Error: \(message)")
    }
    instance.server.end(id, .error(FunctionFailure(headerType: type, body: writer.bytes)))
    instance.server.stop()
    instance.running.kill()
  }

  /// The function that runs; one that has ended is started again.
  private func currentInstance() throws -> Instance {
    try instance.change { current in
      if let running = current, !running.server.isStopped { return running }
      let server = try RuntimeAPIServer()
      server.forgetCalls()
      let logs = LogCollector(keeping: Self.logLimit, passOn: write)
      let moment = ContinuousClock.now
      let started = Instance(
        server: server, running: try function.start(server, logs), logs: logs, started: moment)
      current = started
      return started
    }
  }
}

/// What became of an invocation, and what it took.
package struct FinishedInvocation: Sendable {
  package var requestID: String
  package var outcome: InvocationOutcome
  /// What the function wrote to its log meanwhile, the end of it.
  package var log: [UInt8]
  package var duration: Duration
  /// What the function took from its start until it asked for an event, for the first invocation after it.
  package var start: Duration?
  /// The most that the process has had in memory so far, in MB; nil for one without a process of its own.
  package var memory: Int?
  /// What the function may have in memory, in MB.
  package var memoryLimit: Int?

  /// What AWS would have it paid for: the start too, up to whole milliseconds (AWS Lambda pricing).
  package var billedMilliseconds: Int { Int(((duration + (start ?? .zero)) / .milliseconds(1)).rounded(.up)) }
}

/// What a process has in memory, in MB, as the kernel tells it.
private struct ProcessMemory {
  var current: Int
  var highest: Int

  init?(of process: Int32) {
    guard let status = TextFile.read("/proc/\(process)/status"),
      let current = Self.megabytes("VmRSS:", status), let highest = Self.megabytes("VmHWM:", status)
    else { return nil }
    self.current = current
    self.highest = highest
  }

  private static func megabytes(_ name: String, _ status: String) -> Int? {
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
      .map { ($0 + 1023) / 1024 }
  }
}

extension Duration {
  /// Seconds with two decimals.
  fileprivate var secondsText: String { hundredthsText(of: .milliseconds(10)) }

  /// Milliseconds with two decimals.
  package var millisecondsText: String { hundredthsText(of: .microseconds(10)) }

  private func hundredthsText(of hundredth: Duration) -> String {
    let hundredths = String(Int((self / hundredth).rounded()))
    let padded = String(repeating: "0", count: max(0, 3 - hundredths.count)) + hundredths
    return "\(padded.dropLast(2)).\(padded.suffix(2))"
  }
}
