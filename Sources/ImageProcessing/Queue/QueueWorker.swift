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
    ///
    /// The worker ends ten seconds after that at the latest.
    public var stopTimeout: Duration

    /// - Parameter concurrency: 1 or more; less counts as 1.
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
    /// Until when running jobs may go on, once the order to stop has come.
    var stopAt: ContinuousClock.Instant?
    /// No more messages are taken.
    var hasTakenAll = false
    var hasEnded = false
    var finished = 0
    /// The messages whose last attempt failed.
    var failed: Set<String> = []

    var isStopping: Bool { stopAt != nil }
    var isDone: Bool { hasTakenAll && running.isEmpty }
  }

  /// Between attempts to read a queue that is out of order.
  private static let pauses: [Duration] = [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(16)]
  /// How long one poll waits for messages.
  ///
  /// What a poll takes that is under way when its process ends comes again only after the visibility time-out, so the
  /// worker stays for its end where it can, and so it is short.
  private static let poll: Duration = .seconds(2)
  /// For all that comes after the jobs' time is over: the last heartbeat, the giving back, the end of the protection.
  private static let shutdownGrace: Duration = .seconds(9)

  private let queue: any MessageQueue
  private let handler: ImageEventHandler
  private let options: Options
  private let protection: any TaskProtection
  private let log: Logger
  private let state = Monitor(State())

  /// Makes a worker that has begun nothing yet.
  public init(
    queue: any MessageQueue, handler: ImageEventHandler, options: Options, protection: any TaskProtection, log: Logger
  ) {
    self.queue = queue
    self.handler = handler
    self.options = options
    self.protection = protection
    self.log = log
  }

  /// Tells the worker to stop: the time that running jobs still have counts from here.
  ///
  /// Safe from any thread.
  public func stop() {
    let stopAt = ContinuousClock().now + options.stopTimeout
    state.change { $0.stopAt = $0.stopAt ?? stopAt }
  }

  /// Works until it is told to stop or has been idle for long enough.
  /// - Returns: How many messages were finished, and how many failed at their last attempt; those will come again, or
  ///   are in the dead-letter queue. What was given back unfinished is neither.
  /// - Throws: When the queue cannot be read: at the first attempt already, or so often in a row that it is given up.
  @available(*, noasync, message: "blocks the calling thread")
  public func run() throws -> (finished: Int, failed: Int) {
    defer { state.change { $0.hasEnded = true } }
    let keeper = ProtectionKeeper(protection: protection, renewal: heartbeatInterval, log: log) {
      [state] wasBusy, moment in
      state.wait(until: moment) { $0.hasEnded || $0.isBusy != wasBusy ? ($0.isBusy && !$0.hasEnded, $0.hasEnded) : nil }
        ?? (wasBusy, false)
    }
    // On threads of their own: an agent that hangs must hold up neither jobs nor heartbeats, and a queue that hangs not
    // the order to stop.
    let heartbeat = try DedicatedThread { self.extendVisibility() }
    let protector = try ThreadFuture { keeper.run() }
    let taking = try ThreadFuture {
      defer { self.state.change { $0.hasTakenAll = true } }
      do {
        try self.takeMessages()
      } catch {
        self.stop()
        throw error
      }
    }
    waitForTheEnd()
    state.change { $0.hasEnded = true }
    let end = ContinuousClock().now + Self.shutdownGrace
    // A heartbeat after a message was given back would hide it again.
    heartbeat.join()
    // A poll that is still under way would take what is given back, and hide it again.
    let pollEnd = state.change { ($0.stopAt ?? end) - options.stopTimeout + Self.poll + .milliseconds(500) }
    taking.wait(for: ContinuousClock.now.duration(to: pollEnd))
    giveBack(state.change { Array($0.running.values) })
    protector.wait(for: ContinuousClock.now.duration(to: end))
    if state.change({ $0.hasTakenAll }) { try taking.get() }
    return state.change { ($0.finished, $0.failed.count) }
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
      if state.change({ $0.isStopping }) { return giveBack(messages) }
      for message in messages { try begin(message) }
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

  /// One long poll.
  ///
  /// A queue that has answered before may be out of order for a while.
  private func receive(_ count: Int) throws -> [SQSMessage] {
    var pauses = Self.pauses.makeIterator()
    while true {
      do {
        let wait = min(Self.poll, max(.zero, idleTimeLeft() ?? Self.poll))
        let messages = try queue.receive(atMost: count, wait: wait, visibilityTimeout: options.visibilityTimeout)
        state.change { $0.hasReceived = true }
        return messages
      } catch {
        guard state.change({ $0.hasReceived }), let pause = pauses.next() else { throw error }
        log.warning("the queue cannot be read, to be tried again in \(pause): \(error)")
        if state.wait(for: pause, { $0.isStopping ? true : nil }) ?? false { return [] }
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
      try runBlocking { try await self.handler.handle(message, context: LambdaContext()) }
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
      if finished {
        state.finished += 1
        state.failed.remove(message.messageID)
      } else {
        state.failed.insert(message.messageID)
      }
    }
  }

  private var heartbeatInterval: Duration { min(options.visibilityTimeout / 3, .seconds(300)) }

  /// Keeps the messages hidden that are worked on.
  private func extendVisibility() {
    var next = ContinuousClock().now + heartbeatInterval
    while state.wait(until: next, { $0.hasEnded ? true : nil }) == nil {
      next = ContinuousClock().now + heartbeatInterval
      let messages = state.change { Array($0.running.values) }
      guard !messages.isEmpty else { continue }
      do {
        try queue.changeVisibility(of: messages, to: options.visibilityTimeout)
      } catch {
        log.warning("heartbeat failed: \(error)")
      }
    }
  }

  /// Waits until no more messages come and all jobs have ended, or until the time after an order to stop is over.
  ///
  /// The process ends next, and with it the threads of jobs that did not finish: they have committed nothing that a
  /// further try would not repeat.
  private func waitForTheEnd() {
    let stopAt = state.wait { $0.isDone || $0.isStopping ? $0.stopAt ?? ContinuousClock().now : nil }
    _ = state.wait(until: stopAt) { $0.isDone ? true : nil }
  }

  private func giveBack(_ messages: [SQSMessage]) {
    guard !messages.isEmpty else { return }
    for message in messages {
      log.warning("given back unfinished", metadata: ["message_id": "\(message.messageID)"])
    }
    do {
      try queue.changeVisibility(of: messages, to: .zero)
    } catch {
      log.warning("could not be given back: \(error)")
    }
  }
}
