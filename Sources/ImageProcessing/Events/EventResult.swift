import FoundationEssentials
public import LambdaEvents

/// What became of the jobs of one event.
public struct EventResult: Sendable {
  public var jobs: [JobResult]
  /// For a batch of SQS messages: those that are to be delivered again.
  public var batchResponse: SQSBatchResponse?

  /// Whether anything is to be tried again.
  public var hasFailures: Bool {
    !(batchResponse?.batchItemFailures.isEmpty ?? true) || jobs.contains { $0.error != nil }
  }

  /// Why something is to be tried again, a sentence each.
  public var failures: [String] {
    let failedJobs = jobs.compactMap { job in job.error.map { "\(job.job.event.key): \($0)" } }
    let unread = (batchResponse?.batchItemFailures.count ?? 0) - failedJobs.count
    return failedJobs + (unread > 0 ? ["\(unread) of the messages hold no event or were not begun"] : [])
  }

  /// The response for Lambda: of a batch, the partial batch response; of a direct event, how each job ended.
  /// - Throws: `DirectEventFailed` when a job of a direct event is to be tried again: Lambda repeats the event only
  ///   when the invocation fails.
  public func response() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if let batchResponse { return [UInt8](try encoder.encode(batchResponse)) }
    guard failures.isEmpty else { throw DirectEventFailed(failures: failures) }
    return [UInt8](
      try encoder.encode(jobs.map { ["key": $0.job.event.key, "outcome": $0.outcome?.word ?? "failed"] }))
  }
}

/// What became of one job.
public struct JobResult: Sendable {
  public var job: ImageJob
  /// How it ended; nil when it is to be tried again.
  public var outcome: JobOutcome?
  /// Why it is to be tried again.
  public var error: String?
}

/// Jobs of an event without a queue that are to be tried again.
public struct DirectEventFailed: Error, Equatable, CustomStringConvertible {
  public var failures: [String]
  public var description: String { failures.joined(separator: "; ") }
}
