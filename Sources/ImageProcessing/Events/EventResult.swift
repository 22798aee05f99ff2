import FoundationEssentials
public import LambdaEvents

/// What became of the jobs of one event.
public struct EventResult: Sendable {
  /// In the order in which they ended.
  public var jobs: [JobResult]
  /// For a batch of SQS messages: which of them succeeded, failed or were not begun.
  public var batch: BatchOutcome<SQSMessage>?

  /// Why something is to be tried again, a sentence each; empty when nothing is.
  public var failures: [String] {
    guard let batch else { return jobs.compactMap { job in job.error.map { "\(job.job.event.key): \($0)" } } }
    return batch.failed.map { "message \($0.record.messageID): \($0.error)" }
      + batch.notStarted.map { "message \($0.messageID): not begun before the deadline" }
  }

  /// The response for Lambda: of a batch, the partial batch response; of a direct event, how each job ended.
  /// - Throws: `DirectEventFailed` when a job of a direct event is to be tried again: Lambda repeats the event only
  ///   when the invocation fails.
  public func response() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if let batch { return [UInt8](try encoder.encode(batch.response)) }
    guard failures.isEmpty else { throw DirectEventFailed(failures: failures) }
    return [UInt8](
      try encoder.encode(jobs.map { ["key": $0.job.event.key, "outcome": $0.outcome?.code ?? "failed"] }))
  }
}

/// What became of one job.
public struct JobResult: Sendable {
  /// What was to be done.
  public var job: ImageJob
  /// How it ended; nil when it is to be tried again.
  public var outcome: JobOutcome?
  /// Why it is to be tried again.
  public var error: String?
}

/// Jobs of an event without a queue that are to be tried again.
public struct DirectEventFailed: Error, Equatable, CustomStringConvertible {
  /// A sentence each.
  public var failures: [String]
  /// All failures in one line.
  public var description: String { failures.joined(separator: "; ") }
}
