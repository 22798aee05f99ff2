import Threads

/// Runs the records of a batch side by side, those of a lane one after the other.
struct BatchRun<Record: BatchRecord> {
  /// What the response says of records that did not succeed.
  enum Report {
    /// Each of them: a queue delivers just those again.
    case each
    /// The first of them: a stream is read again from there.
    case checkpoint
  }

  enum End: Sendable {
    case succeeded
    case failed(any Error)
  }

  let records: [Record]
  let report: Report
  let clock: BatchClock

  /// Calls `handle` for the records of each lane, for up to `concurrency` lanes at a time.
  /// - Parameters:
  ///   - lanes: indices of records that have to run in order.
  ///   - known: how records end that are in no lane.
  func outcome(
    of lanes: [[Int]], concurrency: Int, known: [Int: End] = [:],
    handle: @escaping @Sendable (Record) async throws -> Void
  ) async -> BatchOutcome<Record> {
    let ends = await run(lanes, concurrency: max(1, concurrency), handle).merging(known) { $1 }
    var outcome = BatchOutcome<Record>(succeeded: [], failed: [], notStarted: [], response: BatchResponse())
    for (index, record) in records.enumerated() {
      switch ends[index] {
      case .succeeded:
        outcome.succeeded.append(record)
        continue
      case .failed(let error): outcome.failed.append(.init(record: record, error: error))
      case nil: outcome.notStarted.append(record)
      }
      if report == .each || outcome.response.batchItemFailures.isEmpty {
        outcome.response.batchItemFailures.append(.init(itemIdentifier: record.itemIdentifier))
      }
    }
    return outcome
  }

  private func run(
    _ lanes: [[Int]], concurrency: Int, _ handle: @escaping @Sendable (Record) async throws -> Void
  ) async -> [Int: End] {
    let firstFailure = Monitor(Int.max)
    return await withTaskGroup(of: [Int: End]?.self) { group in
      var waiting = lanes.makeIterator()
      var running = 0
      func startNext() {
        guard let lane = waiting.next() else { return }
        running += 1
        group.addTask { await run(lane, firstFailure, handle) }
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

  /// Runs one lane's records, one after the other, while there is time and none fails.
  private func run(
    _ lane: [Int], _ firstFailure: Monitor<Int>, _ handle: @Sendable (Record) async throws -> Void
  ) async -> [Int: End] {
    var ends: [Int: End] = [:]
    for index in lane {
      guard !clock.isOver(), !Task.isCancelled else { return ends }
      // What comes after a stream's checkpoint is delivered again, and would be handled twice.
      if report == .checkpoint, firstFailure.change({ $0 }) < index { return ends }
      do {
        if let fault = records[index].decodingFault { throw fault }
        try await handle(records[index])
        ends[index] = .succeeded
      } catch {
        firstFailure.change { $0 = min($0, index) }
        ends[index] = .failed(error)
        return ends
      }
    }
    return ends
  }
}
