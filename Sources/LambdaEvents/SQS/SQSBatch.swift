public import LambdaRuntime

/// Processes the messages of a batch side by side.
public enum SQSBatch {
  /// Calls `handle` for each message, for up to `concurrency` of them at a time.
  ///
  /// Messages of one group of a FIFO queue run in order, and stop at the first failure of that group. A message that
  /// could not be read (`decodingFault`) has failed, and `handle` does not see it. So has one of a FIFO queue whose
  /// group is not known; it stops all that come after it, which may be of its group.
  ///
  /// No message starts once less than `reserve` is left before the deadline; those that still run then are cancelled,
  /// and count by how they end: the response goes out when all have ended.
  ///
  /// - Parameters:
  ///   - concurrency: how many run side by side, from 1; less counts as 1.
  ///   - reserve: the time before the deadline that is kept for the response.
  ///   - handle: processes one message; throws when it is to be delivered again.
  public static func process(
    _ event: SQSEvent, context: LambdaContext, concurrency: Int, reserve: Duration = .seconds(1),
    handle: @escaping @Sendable (SQSMessage) async throws -> Void
  ) async -> SQSBatchOutcome {
    await process(event, concurrency: concurrency, clock: .until(context.deadline, less: reserve), handle: handle)
  }

  /// The same by any clock.
  package static func process(
    _ event: SQSEvent, concurrency: Int, clock: BatchClock,
    handle: @escaping @Sendable (SQSMessage) async throws -> Void
  ) async -> SQSBatchOutcome {
    let messages = event.records
    let isFIFO = messages.contains(where: \.isFromFIFOQueue)
    let stop = messages.firstIndex { isOrdered($0, inFIFOBatch: isFIFO) && $0.messageGroupID == nil }
    let inOrder = lanes(of: messages[..<(stop ?? messages.endIndex)], inFIFOBatch: isFIFO)
    var ends = await run(inOrder, concurrency: max(1, concurrency), clock) {
      if let fault = messages[$0].decodingFault { throw fault }
      try await handle(messages[$0])
    }
    // Of which nobody knows what has to wait for it.
    if let stop {
      let fault = SQSDecodingFault(field: "attributes.MessageGroupId", reason: "there is none, and the queue is FIFO")
      ends[stop] = .failed(messages[stop].decodingFault ?? fault)
    }
    var outcome = SQSBatchOutcome(succeeded: [], failed: [], notStarted: [], response: SQSBatchResponse())
    for (index, message) in messages.enumerated() {
      switch ends[index] {
      case .succeeded:
        outcome.succeeded.append(message)
        continue
      case .failed(let error): outcome.failed.append(.init(message: message, error: error))
      case nil: outcome.notStarted.append(message)
      }
      outcome.response.batchItemFailures.append(.init(itemIdentifier: message.messageID))
    }
    return outcome
  }

  private enum End: Sendable {
    case succeeded
    case failed(any Error)
  }

  /// Whether messages of one group have to keep their order.
  ///
  /// A batch is of one queue: what one message says about that holds for another that does not.
  private static func isOrdered(_ message: SQSMessage, inFIFOBatch isFIFO: Bool) -> Bool {
    message.isFromFIFOQueue || (isFIFO && message.eventSourceARN == nil)
  }

  /// What has to run in order, as indices: a FIFO group each, or a single message.
  private static func lanes(of messages: ArraySlice<SQSMessage>, inFIFOBatch isFIFO: Bool) -> [[Int]] {
    var lanes: [[Int]] = []
    var laneOfGroup: [String: Int] = [:]
    for (index, message) in zip(messages.indices, messages) {
      if isOrdered(message, inFIFOBatch: isFIFO), let group = message.messageGroupID {
        if let lane = laneOfGroup[group] {
          lanes[lane].append(index)
          continue
        }
        laneOfGroup[group] = lanes.count
      }
      lanes.append([index])
    }
    return lanes
  }

  private static func run(
    _ lanes: [[Int]], concurrency: Int, _ clock: BatchClock, handle: @escaping @Sendable (Int) async throws -> Void
  ) async -> [Int: End] {
    await withTaskGroup(of: [Int: End]?.self) { group in
      var waiting = lanes.makeIterator()
      var running = 0
      func startNext() {
        guard let lane = waiting.next() else { return }
        running += 1
        group.addTask { await run(lane, clock, handle: handle) }
      }
      for _ in 0..<min(concurrency, lanes.count) { startNext() }
      // Ends with nil when time is up, or when it is cancelled because all is done.
      group.addTask {
        await clock.waitForTheEnd()
        return nil
      }
      var ends: [Int: End] = [:]
      while running > 0, let finished = await group.next() {
        guard let finished else {
          group.cancelAll()
          continue
        }
        running -= 1
        ends.merge(finished) { first, _ in first }
        startNext()
      }
      group.cancelAll()
      return ends
    }
  }

  /// Runs one lane's messages, one after the other, while there is time and none fails.
  private static func run(
    _ lane: [Int], _ clock: BatchClock, handle: @Sendable (Int) async throws -> Void
  ) async -> [Int: End] {
    var ends: [Int: End] = [:]
    for index in lane {
      guard !clock.isOver(), !Task.isCancelled else { return ends }
      do {
        try await handle(index)
        ends[index] = .succeeded
      } catch {
        ends[index] = .failed(error)
        return ends
      }
    }
    return ends
  }
}

/// What became of each message of a batch: every one is in exactly one of the three lists, in the batch's order.
public struct SQSBatchOutcome: Sendable {
  /// A message that is to be delivered again.
  public struct Failed: Sendable {
    /// The message.
    public var message: SQSMessage
    /// What the message's handler threw, or the `SQSDecodingFault` that kept it from one.
    public var error: any Error
  }

  /// Messages whose handler returned: Lambda deletes them.
  public var succeeded: [SQSMessage]
  /// Messages whose handler threw, and those that could not be read.
  public var failed: [Failed]
  /// Messages that no handler saw: time ran out, or one before them failed whose order in a FIFO queue they
  /// have to keep.
  public var notStarted: [SQSMessage]
  /// The response to Lambda: all that did not succeed.
  public var response: SQSBatchResponse
}

/// Tells Lambda which messages of a batch are to be delivered again; it deletes the others.
///
/// Takes effect only where the event source mapping has `FunctionResponseTypes: [ReportBatchItemFailures]`. The list
/// is always written, even when it is empty.
public struct SQSBatchResponse: Codable, Sendable, Equatable {
  /// A message that is to be delivered again.
  public struct Failure: Codable, Sendable, Equatable {
    /// The message's `messageId`.
    ///
    /// An empty one would fail the whole batch.
    public var itemIdentifier: String

    /// Names a message.
    public init(itemIdentifier: String) {
      self.itemIdentifier = itemIdentifier
    }
  }

  /// The messages that are to be delivered again.
  public var batchItemFailures: [Failure]

  /// Names the messages that are to be delivered again.
  public init(batchItemFailures: [Failure] = []) {
    self.batchItemFailures = batchItemFailures
  }
}

/// How a batch knows that its time is up.
package struct BatchClock: Sendable {
  /// Whether nothing may start any more.
  package var isOver: @Sendable () -> Bool
  /// Returns once that is so, or when the task is cancelled.
  package var waitForTheEnd: @Sendable () async -> Void

  package init(isOver: @escaping @Sendable () -> Bool, waitForTheEnd: @escaping @Sendable () async -> Void) {
    self.isOver = isOver
    self.waitForTheEnd = waitForTheEnd
  }

  /// Time is up when no more than `reserve` is left before the deadline.
  static func until(_ deadline: Deadline, less reserve: Duration) -> BatchClock {
    BatchClock {
      deadline.remaining <= reserve
    } waitForTheEnd: {
      // A deadline that never comes is further away than a sleep can be.
      try? await Task.sleep(for: min(max(.zero, deadline.remaining - reserve), .seconds(24 * 60 * 60)))
    }
  }
}
