import Glibc
import LambdaEvents
import LambdaRuntime
public import Logging

/// Drains a queue of jobs: the large ones, in a Fargate task.
///
/// A message is deleted only after its jobs have ended for good. While they run a heartbeat keeps it hidden; when the
/// worker is told to stop it takes no more, gives what runs some time to finish, and gives the rest back.
public final class QueueWorker: Sendable {
  /// How the worker goes about it.
  public struct Options: Sendable {
    /// How many messages are worked on side by side.
    public var concurrency: Int
    /// How long a message stays hidden without a heartbeat.
    public var visibilityTimeout: Duration = .seconds(120)
    /// Ends the worker once nothing has come for so long; nil keeps it waiting.
    public var idleLimit: Duration?
    /// How long running jobs may go on after the order to stop.
    public var stopTimeout: Duration

    public init(concurrency: Int, idleLimit: Duration?, stopTimeout: Duration) {
      self.concurrency = max(1, concurrency)
      self.idleLimit = idleLimit
      self.stopTimeout = stopTimeout
    }
  }

  private struct State {
    var running: [String: Running] = [:]
    var isStopping = false
    var hasEnded = false
    var finished = 0
    var failed = 0
  }

  private struct Running {
    var message: SQSMessage
    var since: ContinuousClock.Instant
  }

  private let queue: any MessageQueue
  private let handler: ImageEventHandler
  private let options: Options
  private let protection: any TaskProtection
  private let log: Logger
  private let state = Monitor(State())

  public init(
    queue: any MessageQueue, handler: ImageEventHandler, options: Options, protection: any TaskProtection, log: Logger
  ) {
    self.queue = queue
    self.handler = handler
    self.options = options
    self.protection = protection
    self.log = log
  }

  /// Tells the worker to stop. Safe from any thread.
  public func stop() { state.change { $0.isStopping = true } }

  /// Works until it is told to stop or has been idle for long enough.
  /// - Returns: How many messages were finished, and how many failed and will come again.
  /// - Throws: When the queue itself can no longer be read.
  public func run() throws -> (finished: Int, failed: Int) {
    let heartbeat = try DedicatedThread { self.beat() }
    defer {
      state.change { $0.hasEnded = true }
      heartbeat.join()
    }
    var idleSince = ContinuousClock().now
    while true {
      let free = state.wait { state in
        let free = self.options.concurrency - state.running.count
        return free > 0 || state.isStopping ? free : nil
      }
      if state.change({ $0.isStopping }) { break }
      let messages = try receive(min(free, 10))
      if !messages.isEmpty || state.change({ !$0.running.isEmpty }) {
        idleSince = ContinuousClock().now
      } else if let limit = options.idleLimit, idleSince.duration(to: ContinuousClock().now) >= limit {
        log.info("idle, ending")
        break
      }
      for message in messages {
        if state.change({ $0.isStopping }) {
          try queue.changeVisibility(of: message, to: .zero)
        } else {
          try begin(message)
        }
      }
    }
    finishOrGiveBack()
    return state.change { ($0.finished, $0.failed) }
  }

  /// One long poll, short enough for an order to stop to be noticed in time.
  private func receive(_ count: Int) throws -> [SQSMessage] {
    let wait = min(.seconds(10), options.idleLimit ?? .seconds(10))
    return try queue.receive(atMost: count, wait: wait, visibilityTimeout: options.visibilityTimeout)
  }

  private func begin(_ message: SQSMessage) throws {
    let isFirst = state.change { state in
      state.running[message.messageID] = Running(message: message, since: ContinuousClock().now)
      return state.running.count == 1
    }
    if isFirst { protect(true) }
    do {
      try DedicatedThread { self.work(on: message) }.detach()
    } catch {
      end(message, finished: false)
      throw error
    }
  }

  private func work(on message: SQSMessage) {
    do {
      try waitForTask { try await self.handler.handle(message, context: LambdaContext()) }
      try queue.delete(message)
      end(message, finished: true)
    } catch {
      // It comes again by itself when its time is over, and ends in the dead-letter queue if it never succeeds.
      log.error("message failed, to be delivered again: \(error)", metadata: ["message_id": "\(message.messageID)"])
      end(message, finished: false)
    }
  }

  private func end(_ message: SQSMessage, finished: Bool) {
    let isLast = state.change { state in
      state.running[message.messageID] = nil
      if finished { state.finished += 1 } else { state.failed += 1 }
      return state.running.isEmpty
    }
    if isLast { protect(false) }
  }

  private func protect(_ isProtected: Bool) {
    do {
      try protection.set(isProtected)
    } catch {
      log.warning("task protection could not be \(isProtected ? "set" : "lifted"): \(error)")
    }
  }

  /// Keeps the messages hidden that are worked on, and tells how long they have taken.
  private func beat() {
    let interval = options.visibilityTimeout / 3
    var next = ContinuousClock().now + interval
    while !state.change({ $0.hasEnded }) {
      sleepBriefly()
      guard ContinuousClock().now >= next else { continue }
      next = ContinuousClock().now + interval
      for running in state.change({ Array($0.running.values) }) {
        let elapsed = running.since.duration(to: ContinuousClock().now)
        log.info("still at work", metadata: ["message_id": "\(running.message.messageID)", "elapsed": "\(elapsed)"])
        do {
          try queue.changeVisibility(of: running.message, to: options.visibilityTimeout)
        } catch {
          log.warning("heartbeat failed: \(error)", metadata: ["message_id": "\(running.message.messageID)"])
        }
      }
    }
  }

  /// Waits for what runs, for as long as the stop time-out allows, and gives the rest back. The process ends next, and
  /// with it the threads of jobs that did not finish: they have committed nothing that a further try would not repeat.
  private func finishOrGiveBack() {
    let deadline = ContinuousClock().now + options.stopTimeout
    while ContinuousClock().now < deadline, state.change({ !$0.running.isEmpty }) { sleepBriefly() }
    for running in state.change({ Array($0.running.values) }) {
      log.warning("given back unfinished", metadata: ["message_id": "\(running.message.messageID)"])
      try? queue.changeVisibility(of: running.message, to: .zero)
    }
  }

  private func sleepBriefly() { usleep(20_000) }
}
