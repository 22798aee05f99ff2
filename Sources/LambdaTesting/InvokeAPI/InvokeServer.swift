import LambdaRuntime
import Threads

/// The Invoke API of Lambda for a function on this machine: what `aws lambda invoke --endpoint-url` and `curl` call.
///
/// Invocations wait for their turn, as many run as the function has workers. A function that ends, or whose time is
/// up, is started again for the next invocation.
public final class InvokeServer: Sendable {
  /// The function as it runs now.
  struct Instance {
    let server: RuntimeAPIServer
    let running: RunningFunction
    let logs: LogCollector
  }

  /// As much of a log as `X-Amz-Log-Result` holds.
  private static let logLimit = 4096

  private let function: FunctionUnderTest
  let timeout: Duration
  let write: @Sendable ([UInt8]) -> Void
  private let instance = Monitor<Instance?>(nil)
  private let http = Monitor<HTTPServer?>(nil)

  /// Starts to listen on 127.0.0.1, and starts the function.
  /// - Parameters:
  ///   - port: 0 for one that is free.
  ///   - timeout: the time that the function has for an invocation; after it a function with a process of its own is
  ///     ended.
  ///   - write: takes what the function writes to its log.
  public init(
    _ function: FunctionUnderTest, port: UInt16 = 0, timeout: Duration = .seconds(900),
    write: @escaping @Sendable ([UInt8]) -> Void = { _ in }
  ) throws {
    self.function = function
    self.timeout = timeout
    self.write = write
    let server = try HTTPServer(port: port) { [weak self] in self?.respond(to: $0) ?? .reply(.close) }
    http.change { $0 = server }
    _ = try currentInstance()
  }

  deinit { stop() }

  /// The port on 127.0.0.1.
  public var port: UInt16 { http.change { $0?.port ?? 0 } }

  /// Ends the function and refuses further invocations.
  public func stop() {
    http.change { $0?.stop() }
    instance.change { $0?.server.stop() }
  }

  /// What became of an invocation, and what the function wrote to its log meanwhile.
  package struct FinishedInvocation {
    package var requestID: String
    package var outcome: InvocationOutcome
    package var log: [UInt8]
  }

  /// Waits for the invocation's turn, and for its end.
  /// - Parameters:
  ///   - taker: gets a streamed response as it comes.
  ///   - queued: called once the invocation has its place among those that wait.
  package func invoke(
    _ event: [UInt8], _ headers: [(name: String, value: String)], taker: StreamTaker? = nil,
    queued: @escaping @Sendable () -> Void = {}
  ) throws -> FinishedInvocation {
    let instance = try currentInstance()
    let id = instance.server.nextRequestID()
    let turn = Monitor((logStart: 0, timer: Task<Void, Never>?.none))
    let outcome = try runBlocking { [timeout] in
      await instance.server.invoke(id, taker: taker, queued: queued) {
        // Only now has the function's time begun.
        let timer = Task {
          guard (try? await Task.sleep(for: timeout)) != nil else { return }
          Self.end(instance, id, after: timeout)
        }
        turn.change { $0 = (instance.logs.count, timer) }
        return RuntimeAPIServer.event(event, id, Deadline(in: timeout), headers)
      }
    }
    let (logStart, timer) = turn.change { $0 }
    timer?.cancel()
    instance.running.flushLogs()
    return FinishedInvocation(requestID: id, outcome: outcome, log: instance.logs.tail(after: logStart))
  }

  /// Ends a function whose time is up, as Lambda does: what it holds in memory is of no use to anyone.
  private static func end(_ instance: Instance, _ id: String, after timeout: Duration) {
    var writer = JSONWriter()
    writer.object {
      $0.member("errorType", "Sandbox.Timedout")
      $0.member(
        "errorMessage", "RequestId: \(id) Error: Task timed out after \(seconds(timeout)) seconds")
    }
    instance.server.end(id, .error(FunctionFailure(headerType: "Sandbox.Timedout", body: writer.bytes)))
    instance.server.stop()
    instance.running.kill()
  }

  /// Seconds with two decimals.
  private static func seconds(_ duration: Duration) -> String {
    let hundredths = String(Int((duration / .milliseconds(10)).rounded()))
    let padded = String(repeating: "0", count: max(0, 3 - hundredths.count)) + hundredths
    return "\(padded.dropLast(2)).\(padded.suffix(2))"
  }

  /// The function that runs; one that has ended is started again.
  private func currentInstance() throws -> Instance {
    try instance.change { current in
      if let running = current, !running.server.isStopped { return running }
      let server = try RuntimeAPIServer()
      server.forgetCalls()
      let logs = LogCollector(keeping: Self.logLimit, passOn: write)
      let started = Instance(server: server, running: try function.start(server, logs), logs: logs)
      current = started
      return started
    }
  }
}
