import FoundationEssentials
import GRDB
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import Logging
import Synchronization
import Threads

extension JobQueue {
  /// After so many tries a job is left as failed, for a person to look at.
  static let maximumAttempts = 8
  /// How long one job may take.
  private static let jobLimit: Duration = .seconds(3600)
  /// After a fault of the queue's file.
  private static let faultPause: Duration = .seconds(2)

  /// Does jobs until the task is cancelled; then takes no more, and gives those that run some time.
  ///
  /// A job that does not end in that time is done again at the next start. A fault of the queue's file, such as a full
  /// disk, is named in the log and waited out.
  /// - Throws: When the queue's file is damaged.
  public func run(stopTimeout: Duration = .seconds(20)) async throws {
    let ended = Signals<Void>()
    let endings = ended.stream(keeping: concurrency)
    let workers = Task {
      defer { ended.send(()) }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<concurrency { group.addTask { try await self.work() } }
        for try await _ in group {}
      }
    }
    await withTaskCancellationHandler {
      for await _ in endings { break }
    } onCancel: {
      workers.cancel()
    }
    guard Task.isCancelled else { return try await workers.value }
    // The wait is a task of its own, which the cancellation does not reach.
    let timer = Task.detached {
      try await Task.sleep(for: stopTimeout)
      ended.send(())
    }
    let waiter = Task.detached {
      let end = ended.stream(keeping: 1)
      let joined = Task.detached {
        _ = await workers.result
        ended.send(())
      }
      for await _ in end { break }
      joined.cancel()
    }
    await waiter.value
    timer.cancel()
  }

  private func work() async throws {
    while !Task.isCancelled {
      // One for each wait, which ends it; there before the look, so that nothing that comes meanwhile is missed.
      let wake = signals.stream(keeping: 1)
      do {
        if let job = try await claim() {
          // A task of its own, which the cancellation does not reach: what was begun ends with its job taken off.
          await Task.detached { await self.perform(job) }.value
        } else {
          await pause(wake)
        }
      } catch is CancellationError {
        return
      } catch let error as DatabaseError where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode) {
        throw JobQueueError(error)
      } catch {
        logger.error("the job queue's file fails, to be tried again in \(Self.faultPause): \(error)")
        try? await Task.sleep(for: Self.faultPause)
      }
    }
  }

  private func claim() async throws -> ClaimedJob? {
    let now = now
    let later = now + Int64(Self.faultPause / .milliseconds(1))
    // Taken out, so that no other worker releases them once more when they are under way again.
    let left = unrecorded.withLock { numbers in
      defer { numbers = [] }
      return numbers
    }
    do {
      let job = try await database.write { db in
        let table = JobTable(db: db)
        try table.release(left, until: later)
        return try table.claim(now: now)
      }
      if let job { tell(job.imageID) }
      return job
    } catch {
      unrecorded.withLock { $0.formUnion(left) }
      throw error
    }
  }

  /// Waits for a new job, or until one that was put back is due; a second at most, for clocks that are set.
  private func pause(_ wake: AsyncStream<Void>) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in wake { return } }
      group.addTask { try? await Task.sleep(for: .seconds(1)) }
      await group.next()
      group.cancelAll()
    }
  }

  private func perform(_ job: ClaimedJob) async {
    var fields: Logger.Metadata = ["key": "\(job.object.key)", "attempt": "\(job.attempt)"]
    do {
      let outcome = try await outcome(of: job)
      fields["outcome"] = "\(outcome.code)"
      switch outcome {
      case .refused(let refusal): return try await fail(job, "\(refusal)")
      // Whoever takes the large jobs writes the row.
      case .handedOver(let excess): logger.info("job handed over: \(excess)", metadata: fields)
      default: logger.info("job done", metadata: fields)
      }
      if let record = outcome.record { try await onRow(record) }
      try await change(job.imageID) { table, _ in try table.finish(job) }
    } catch {
      await putBack(job, error)
    }
  }

  private func outcome(of job: ClaimedJob) async throws -> JobOutcome {
    let event = S3ObjectEvent(
      eventTime: job.object.storedAt, bucket: rawBucket, key: job.object.key, size: job.object.size,
      eTag: job.object.eTag)
    let (processor, attempt) = (processor, job.attempt)
    return try await withDedicatedThread {
      try processor.process(
        ImageJob(event: event, attempt: attempt), deadline: Deadline(in: Self.jobLimit), wholeTime: Self.jobLimit)
    }
  }

  private func fail(_ job: ClaimedJob, _ reason: String) async throws {
    logger.error("job failed for good: \(reason)", metadata: ["key": "\(job.object.key)"])
    try await change(job.imageID) { table, _ in try table.fail(job, reason: reason) }
  }

  private func putBack(_ job: ClaimedJob, _ error: any Error) async {
    let reason = String("\(error)".prefix(1000))
    do {
      if job.attempt >= Self.maximumAttempts {
        return try await fail(job, "\(reason) (tried \(job.attempt) times)")
      }
      let pause = Self.pause(after: job.attempt)
      logger.warning("job failed, to be tried again in \(pause): \(reason)", metadata: ["key": "\(job.object.key)"])
      let wait = Int64(pause / .milliseconds(1))
      try await change(job.imageID) { table, now in try table.putBack(job, until: now + wait, reason: reason) }
    } catch {
      logger.error(
        "the job queue cannot be written: the job is done again when it can: \(error)",
        metadata: ["key": "\(job.object.key)"])
      _ = unrecorded.withLock { $0.insert(job.number) }
    }
  }

  /// 1 s, doubled with each try, up to 5 minutes.
  static func pause(after attempt: Int) -> Duration { .seconds(min(300, 1 << min(max(attempt - 1, 0), 10))) }
}
