public import LambdaEvents
public import Threads

/// Sends events to a queue, each as an S3 notification of its own, no more a second than asked for.
///
/// Used by one thread. What the queue does not take of a batch is tried again, with longer and longer pauses.
public struct QueueDelivery {
  private let queue: any MessageQueue
  private let rate: Double?
  private let stop: Monitor<Bool>
  private let report: (String) -> Void
  private var nextSend = ContinuousClock().now

  /// How often an entry is sent, at most.
  private static let attempts = 5
  /// Bytes of all bodies of a batch: the limit that SQS had before it took 1 MiB, and that others still have.
  private static let bytesInBatch = 256 << 10

  /// - Parameters:
  ///   - rate: Messages a second; nil for as fast as the queue takes them.
  ///   - stop: True ends the waiting between attempts and for the rate.
  ///   - report: Is told of each message that the queue does not take, in a sentence.
  public init(
    queue: any MessageQueue, rate: Double?, stop: Monitor<Bool>, report: @escaping (String) -> Void
  ) {
    self.queue = queue
    self.rate = rate
    self.stop = stop
    self.report = report
  }

  /// Sends events.
  /// - Returns: How many the queue did not take.
  @available(*, noasync, message: "blocks the calling thread")
  public mutating func send(_ events: [S3ObjectEvent]) throws -> Int {
    var failed = 0
    var batch: [String] = []
    var bytes = 0
    for event in events {
      let body = String(decoding: try S3Notification.encode([event]), as: UTF8.self)
      if batch.count == 10 || bytes + body.utf8.count > Self.bytesInBatch {
        failed += try sendBatch(batch)
        (batch, bytes) = ([], 0)
      }
      batch.append(body)
      bytes += body.utf8.count
    }
    return batch.isEmpty ? failed : failed + (try sendBatch(batch))
  }

  private mutating func sendBatch(_ bodies: [String]) throws -> Int {
    waitForTurn(of: bodies.count)
    var left = bodies
    var lost = 0
    var pause: Duration = .milliseconds(200)
    for attempt in 1...Self.attempts {
      let failures = try queue.sendBatch(left)
      let isLast = attempt == Self.attempts || stop.change { $0 }
      for failure in failures where isLast || !failure.isWorthAnotherTry {
        report("a message was not taken: \(failure.reason)")
        lost += 1
      }
      if isLast { break }
      left = failures.filter(\.isWorthAnotherTry).map { left[$0.index] }
      if left.isEmpty { break }
      wait(until: ContinuousClock().now + pause)
      pause *= 2
    }
    return lost
  }

  private mutating func waitForTurn(of count: Int) {
    guard let rate else { return }
    wait(until: nextSend)
    nextSend = max(nextSend, ContinuousClock().now) + .seconds(Double(count) / rate)
  }

  private func wait(until time: ContinuousClock.Instant) {
    _ = stop.wait(for: time - ContinuousClock().now) { $0 ? () : nil }
  }
}

/// A message of a batch that the queue did not take.
public struct SendFailure: Sendable, Equatable {
  /// Which of the batch's.
  public var index: Int
  /// The queue's words.
  public var reason: String
  /// False where the message itself is at fault.
  public var isWorthAnotherTry: Bool

  /// - Parameter index: Which of the batch's.
  public init(index: Int, reason: String, isWorthAnotherTry: Bool) {
    self.index = index
    self.reason = reason
    self.isWorthAnotherTry = isWorthAnotherTry
  }
}
