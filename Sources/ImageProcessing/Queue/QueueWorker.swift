import Glibc
import LambdaEvents
import LambdaRuntime
public import Logging
import Threads

/// Drains a queue of jobs: the large ones, in a Fargate task.
///
/// A message is deleted only after its jobs have ended for good. While they run a heartbeat keeps it hidden; when the
/// worker is told to stop it takes no more, gives what runs some time to finish, and gives the rest back.
public final class QueueWorker: Sendable {
  /// How the worker goes about it.
  public struct Options: Sendable {
    /// How many messages are worked on side by side.
    public var concurrency: Int
    /// How long a message stays hidden without a heartbeat: how soon it comes again after a kill.
    public var visibilityTimeout: Duration
    /// Ends the worker once nothing has come for so long; nil keeps it waiting.
    public var idleLimit: Duration?
    /// How long running jobs may go on after the order to stop.
    public var stopTimeout: Duration

    public init(
      concurrency: Int, visibilityTimeout: Duration = .seconds(120), idleLimit: Duration?, stopTimeout: Duration
    ) {
      self.concurrency = max(1, concurrency)
      self.visibilityTimeout = visibilityTimeout
      self.idleLimit = idleLimit
      self.stopTimeout = stopTimeout
    }
  }

  private struct State {
    var running: [String: SQSMessage] = [:]
    /// When a message last came or a job last ended.
    var idleSince = ContinuousClock().now
    /// Jobs run, or may follow at once: until the queue turns out to be empty.
    var isBusy = false
    /// The queue has answered once, so that its name and the rights to it are in order.
    var hasReceived = false
    var isStopping = false
    var hasEnded = false
    var finished = 0
    var failed = 0
  }

  /// Between attempts to read a queue that is out of order.
  private static let pauses: [Duration] = [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(16)]

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
  /// - Throws: When the queue cannot be read: at the first attempt already, or so often in a row that it is given up.
  public func run() throws -> (finished: Int, failed: Int) {
    // On threads of their own: an agent that hangs must hold up neither jobs nor heartbeats.
    let heartbeat = try DedicatedThread { self.beat() }
    let protector = try DedicatedThread { self.keepProtected() }
    let outcome = Result { try takeMessages() }
    waitForJobs()
    state.change { $0.hasEnded = true }
    // A heartbeat after a message was given back would hide it again.
    heartbeat.join()
    for message in state.change({ Array($0.running.values) }) { giveBack(message) }
    protector.join()
    try outcome.get()
    return state.change { ($0.finished, $0.failed) }
  }

  private func takeMessages() throws {
    while true {
      let free = state.wait { state in
        let free = self.options.concurrency - state.running.count
        return free > 0 || state.isStopping ? free : nil
      }
      if state.change({ $0.isStopping }) { return }
      let messages = try receive(min(free, 10))
      if messages.isEmpty, isIdle() { return }
      for message in messages {
        if state.change({ $0.isStopping }) { giveBack(message) } else { try begin(message) }
      }
    }
  }

  /// Whether nothing has been done for as long as the worker waits for more.
  private func isIdle() -> Bool {
    state.change { if $0.running.isEmpty { $0.isBusy = false } }
    guard let left = idleTimeLeft(), left <= .zero else { return false }
    log.info("idle, ending")
    return true
  }

  /// How long nothing more may come before the worker ends; nil where it never does.
  private func idleTimeLeft() -> Duration? {
    guard let limit = options.idleLimit else { return nil }
    return state.change { state in
      state.running.isEmpty ? limit - state.idleSince.duration(to: ContinuousClock().now) : limit
    }
  }

  /// One long poll, short enough for an order to stop to be noticed in time. A queue that has answered before may be
  /// out of order for a while.
  private func receive(_ count: Int) throws -> [SQSMessage] {
    var pauses = Self.pauses.makeIterator()
    while true {
      do {
        let wait = min(.seconds(10), max(.zero, idleTimeLeft() ?? .seconds(10)))
        let messages = try queue.receive(atMost: count, wait: wait, visibilityTimeout: options.visibilityTimeout)
        state.change { $0.hasReceived = true }
        return messages
      } catch {
        guard state.change({ $0.hasReceived }), let pause = pauses.next() else { throw error }
        log.warning("the queue cannot be read, to be tried again in \(pause): \(error)")
        let end = ContinuousClock().now + pause
        while ContinuousClock().now < end, !state.change({ $0.isStopping }) { sleepBriefly() }
        if state.change({ $0.isStopping }) { return [] }
      }
    }
  }

  private func begin(_ message: SQSMessage) throws {
    let isNew = state.change { state in
      state.isBusy = true
      state.idleSince = ContinuousClock().now
      // What comes again while it is worked on was hidden for too short a time: only its receipt is new.
      return state.running.updateValue(message, forKey: message.messageID) == nil
    }
    guard isNew else { return }
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
      try queue.delete(state.change { $0.running[message.messageID] } ?? message)
      end(message, finished: true)
    } catch {
      // It comes again by itself when its time is over, and ends in the dead-letter queue if it never succeeds.
      log.error("message failed, to be delivered again: \(error)", metadata: ["message_id": "\(message.messageID)"])
      end(message, finished: false)
    }
  }

  private func end(_ message: SQSMessage, finished: Bool) {
    state.change { state in
      state.running[message.messageID] = nil
      state.idleSince = ContinuousClock().now
      if finished { state.finished += 1 } else { state.failed += 1 }
    }
  }

  /// Keeps the task protected while it is busy. The protection runs out by itself, so it is renewed with every
  /// heartbeat.
  private func keepProtected() {
    var wish = false
    var next = ContinuousClock().now
    while true {
      let (isBusy, hasEnded) = state.change { ($0.isBusy && !$0.hasEnded, $0.hasEnded) }
      if isBusy != wish || isBusy && ContinuousClock().now >= next {
        wish = isBusy
        do {
          try protection.set(isBusy)
        } catch {
          log.warning("task protection could not be \(isBusy ? "set" : "lifted"): \(error)")
        }
        next = ContinuousClock().now + heartbeatInterval
      }
      if hasEnded { return }
      sleepBriefly()
    }
  }

  private var heartbeatInterval: Duration { min(options.visibilityTimeout / 3, .seconds(300)) }

  /// Keeps the messages hidden that are worked on.
  private func beat() {
    var next = ContinuousClock().now + heartbeatInterval
    while !state.change({ $0.hasEnded }) {
      sleepBriefly()
      guard ContinuousClock().now >= next else { continue }
      next = ContinuousClock().now + heartbeatInterval
      for message in state.change({ Array($0.running.values) }) {
        do {
          try queue.changeVisibility(of: message, to: options.visibilityTimeout)
        } catch {
          log.warning("heartbeat failed: \(error)", metadata: ["message_id": "\(message.messageID)"])
        }
      }
    }
  }

  /// Waits for what runs, for as long as the stop time-out allows. The process ends next, and with it the threads of
  /// jobs that did not finish: they have committed nothing that a further try would not repeat.
  private func waitForJobs() {
    let deadline = ContinuousClock().now + options.stopTimeout
    while ContinuousClock().now < deadline, state.change({ !$0.running.isEmpty }) { sleepBriefly() }
  }

  private func giveBack(_ message: SQSMessage) {
    log.warning("given back unfinished", metadata: ["message_id": "\(message.messageID)"])
    do {
      try queue.changeVisibility(of: message, to: .zero)
    } catch {
      log.warning("could not be given back: \(error)", metadata: ["message_id": "\(message.messageID)"])
    }
  }

  private func sleepBriefly() { usleep(20_000) }
}
