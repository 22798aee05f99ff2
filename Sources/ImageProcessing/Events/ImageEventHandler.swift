import LambdaEvents
public import LambdaRuntime
public import Logging
import Threads

/// Processes an event in any of the envelopes that it comes in: a batch of SQS messages, or a notification that came
/// straight from S3, SNS or EventBridge.
public struct ImageEventHandler: Sendable {
  /// What a sample event's times mean.
  public enum EventTimes: Sendable {
    /// What they say.
    case asStated
    /// The moment of the call: a sample event kept in a file would be out of date after a week.
    case now
  }

  let processor: JobProcessor
  let eventTimes: EventTimes
  let concurrency: Int
  let jobLimit: Duration?
  let progressInterval: Duration?
  let log: Logger

  /// - Parameters:
  ///   - concurrency: How many messages of a batch are worked on side by side.
  ///   - jobLimit: How long one job may take before it is given up and its message comes again; nil for as long as the
  ///     invocation may.
  ///   - progressInterval: How often a job that takes longer than this tells in the log how far it has come; nil for
  ///     never.
  public init(
    processor: JobProcessor, eventTimes: EventTimes = .asStated, concurrency: Int, jobLimit: Duration? = nil,
    progressInterval: Duration? = nil, log: Logger
  ) {
    self.processor = processor
    self.eventTimes = eventTimes
    self.concurrency = concurrency
    self.jobLimit = jobLimit
    self.progressInterval = progressInterval
    self.log = log
  }

  /// Processes an event.
  /// - Returns: The results of its jobs in the order they ended, and the response for Lambda.
  /// - Throws: `IncomingEventError` when the bytes are not an event that is known here; ``OwnQueue``.
  public func handle(_ event: [UInt8], context: LambdaContext) async throws -> EventResult {
    let time = JobTime(context)
    let batch: SQSEvent
    switch try IncomingEvent.decode(event) {
    case .batch(let messages): batch = messages
    case .notification(let notification):
      return EventResult(jobs: await results(of: newObjects(in: notification), delivery: nil, time), batch: nil)
    }
    // Before any work: a job that is handed over to the queue it comes from would come again for ever.
    if let queues = processor.largeJobs, let arn = batch.records.lazy.compactMap(\.eventSourceARN).first,
      queues.isNamed(byARN: arn)
    {
      throw OwnQueue(arn: arn)
    }
    let collected = Collected()
    let outcome = await EventBatch.process(
      batch, context: context, concurrency: concurrency, reserve: JobTime.reserve,
      handle: { message in
        try await work(on: message, time) { await collected.append($0) }
      })
    for failed in outcome.failed where !(failed.error is JobsFailed) {
      log.error(
        "message holds no event, to be delivered again: \(failed.error)",
        metadata: ["message_id": "\(failed.record.messageID)"])
    }
    return EventResult(jobs: await collected.results, batch: outcome)
  }

  /// Processes one message that was taken from a queue directly.
  /// - Throws: When it is to be delivered again: it holds no event, or one of its jobs failed.
  func handle(_ message: SQSMessage, context: LambdaContext) async throws {
    try await work(on: message, JobTime(context)) { _ in }
  }

  private func work(
    on message: SQSMessage, _ time: JobTime, report: ([JobResult]) async -> Void
  ) async throws {
    let results = await results(
      of: newObjects(in: try S3Notification.decode(message.body), message), delivery: message, time)
    await report(results)
    let errors = results.compactMap(\.error)
    if !errors.isEmpty { throw JobsFailed(errors: errors) }
  }

  /// The new objects that a notification names.
  ///
  /// What leads to no job is told in the log, each with its reason.
  private func newObjects(in notification: S3Notification, _ message: SQSMessage? = nil) -> [S3ObjectEvent] {
    var fields: Logger.Metadata = [:]
    fields["message_id"] = message.map { "\($0.messageID)" }
    switch notification {
    case .objects(let objects):
      if objects.isEmpty {
        fields["reason"] = "empty_notification"
        log.info("nothing to do: a notification without records", metadata: fields)
      }
      for object in objects where !object.isCreation {
        let about: Logger.Metadata = [
          "bucket": "\(object.bucket)", "key": "\(object.key)", "event_name": "\(object.eventName)",
          "reason": "not_a_creation",
        ]
        log.info("nothing to do: the event is not of a new object", metadata: fields.merging(about) { $1 })
      }
      return objects.filter(\.isCreation)
    case .test(let bucket):
      fields["bucket"] = "\(bucket)"
      fields["reason"] = "test_event"
      log.info("S3 test event acknowledged", metadata: fields)
      return []
    }
  }

  private func results(
    of objects: [S3ObjectEvent], delivery message: SQSMessage?, _ time: JobTime
  ) async -> [JobResult] {
    var results: [JobResult] = []
    for object in objects {
      var job = ImageJob(event: object, attempt: message?.approximateReceiveCount ?? 1, sentAt: message?.sentAt)
      if case .now = eventTimes {
        job.event.eventTime = processor.clock()
        job.sentAt = nil
      }
      results.append(await result(of: job, time.limited(to: jobLimit)))
    }
    return results
  }

  private func result(of job: ImageJob, _ time: JobTime) async -> JobResult {
    var fields: Logger.Metadata = ["bucket": "\(job.event.bucket)", "key": "\(job.event.key)"]
    let progress = JobProgress()
    let teller = tell(of: progress, fields)
    defer { teller?.cancel() }
    do {
      let outcome = try await time.withDeadline {
        try processor.process(job, deadline: time.end, wholeTime: time.whole, progress: progress)
      }
      fields["outcome"] = "\(outcome.code)"
      switch outcome {
      case .processed(let record):
        fields["duration_ms"] = record.durationMS.map { "\($0)" }
        log.info("image processed", metadata: fields)
      case .rejected(let record), .expired(let record):
        fields["error_code"] = "\(record.errorCode ?? "")"
        log.warning("image not processed: \(record.errorDetail ?? "")", metadata: fields)
      case .handedOver(let excess): log.info("handed over to the large jobs: \(excess)", metadata: fields)
      case .refused(let refusal):
        fields["reason"] = "\(refusal.code)"
        log.error("event refused: \(refusal)", metadata: fields)
      case .repeated(let record):
        fields["reason"] = "duplicate"
        log.info("nothing to do: done before, at \(record.processedAt)", metadata: fields)
      case .superseded(let record):
        fields["reason"] = "overtaken"
        log.info("nothing to do: the row is of a later event, of \(record.uploadedAt)", metadata: fields)
      }
      return JobResult(job: job, outcome: outcome, error: nil)
    } catch {
      log.error("job failed, to be tried again: \(error)", metadata: fields)
      return JobResult(job: job, outcome: nil, error: "\(error)")
    }
  }
}

extension ImageEventHandler {
  /// Logs how far a job has come, at intervals until it is cancelled.
  private func tell(of progress: JobProgress, _ job: Logger.Metadata) -> Task<Void, any Error>? {
    guard let progressInterval else { return nil }
    let clock = ContinuousClock()
    let began = clock.now
    return Task {
      while true {
        try await clock.sleep(for: progressInterval)
        let elapsed = began.duration(to: clock.now) / .milliseconds(1)
        let fields = progress.fields.merging(["elapsed_ms": "\(Int(elapsed))"]) { $1 }
        log.info("still at work", metadata: job.merging(fields) { $1 })
      }
    }
  }
}

/// The results of the messages that were worked on side by side.
private actor Collected {
  var results: [JobResult] = []

  func append(_ more: [JobResult]) { results += more }
}

/// The queue of large jobs is the one that the jobs come from: a fault of the settings, for which nothing is begun.
public struct OwnQueue: Error, Equatable, CustomStringConvertible {
  /// The queue's.
  public var arn: String

  /// - Parameter arn: The queue's.
  public init(arn: String) { self.arn = arn }

  /// What is wrong, and which setting to change.
  public var description: String {
    "the queue of large jobs is the one that this event comes from (\(arn)): a job that is handed over would come back "
      + "for ever; set DARKROOM_LARGE_JOBS_QUEUE_URL to the queue that Fargate drains"
  }
}

/// A message with jobs that are to be tried again.
struct JobsFailed: Error, CustomStringConvertible {
  var errors: [String]
  var description: String { errors.joined(separator: "; ") }
}
