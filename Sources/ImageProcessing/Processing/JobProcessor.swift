import Crypto
public import FoundationEssentials
import Imaging
import LambdaEvents
public import LambdaRuntime
public import ObjectStorage
import Threads

/// Turns one job into renditions and a row of metadata: reads the header, decides on admission, decodes once for all
/// renditions, writes them, and commits with the row.
///
/// Everything here blocks; ``process(_:deadline:wholeTime:progress:)`` is called on a thread of the job's own.
public struct JobProcessor: Sendable {
  /// Holds the raw and the processed bucket.
  public let store: any ObjectStore
  /// What is made of every image.
  public let recipe: Recipe
  /// Where jobs run and what there is for them.
  public let place: ProcessingPlace
  let largeJobs: (any MessageQueue)?
  let clock: @Sendable () -> Date
  private let admission: Admission
  private let budget: MemoryBudget

  /// - Parameters:
  ///   - store: Holds the raw and the processed bucket.
  ///   - largeJobs: Where jobs over this place's limits go; without it they are rejected.
  ///   - clock: Gives the time of day.
  public init(
    store: any ObjectStore, recipe: Recipe, place: ProcessingPlace, largeJobs: (any MessageQueue)? = nil,
    clock: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.store = store
    self.recipe = recipe
    self.place = place
    self.largeJobs = largeJobs
    self.clock = clock
    admission = Admission(memory: place.memory)
    budget = MemoryBudget(bytes: place.memory)
  }

  /// Processes one job.
  /// - Parameters:
  ///   - deadline: When the job must have ended: one that would not is not begun, and one that turns out to take longer
  ///     gives up.
  ///   - wholeTime: What a job that is begun at once has: one that needs more is over the limits of this place, while
  ///     one that only does not fit before the deadline is tried again.
  ///   - progress: Is told how far the job has come.
  /// - Returns: How it ended, for good; the message may be acknowledged.
  /// - Throws: What may go better another time: store errors, or `OutOfTime`.
  @available(*, noasync, message: "blocks the calling thread")
  public func process(
    _ job: ImageJob, deadline: Deadline, wholeTime: Duration, progress: JobProgress = JobProgress()
  ) throws -> JobOutcome {
    if let reason = loopReason(job) { return .refused(Refusal(code: "own_output", description: reason)) }
    var run = JobRun(processor: self, job: job, deadline: deadline, wholeTime: wholeTime, progress: progress)
    // The download begins beside the look at the row, which nearly always says that there is work to do: a repeated
    // delivery costs the first buffer of a download, and every other job is a round trip shorter.
    let row = try run.lookAtRow()
    let object = Result { try store.open(ObjectLocation(bucket: job.event.bucket, key: job.event.key)) }
    if let outcome = try run.doneBefore(row.get()) { return outcome }
    if run.isPurged { return try run.expire("the object was due to be purged at \(run.draft().purgeAfter)") }
    do {
      return try run.render(object.get(), admission: admission, budget: budget)
    } catch ObjectStoreError.notFound(let location) where location.bucket == job.event.bucket {
      return try run.expire("the object is gone from the raw bucket")
    } catch let error as ObjectStoreError where error.isAboutTheName(of: job.event.bucket) {
      // No store has such an object, now or later: another try would fail like this one.
      return .refused(Refusal(code: "invalid_name", description: "\(error)"))
    }
  }

  private func loopReason(_ job: ImageJob) -> String? {
    if job.event.bucket == place.processedBucket {
      return
        "its bucket \"\(job.event.bucket)\" is the processed bucket; take that bucket's notifications off the queue"
    }
    // By bytes: an accent after the slash would hide it from `hasPrefix`.
    for prefix in ["images/", "metadata/"] where job.event.key.utf8.starts(with: prefix.utf8) {
      return "its key begins with \"\(prefix)\", where this system writes; upload raw images under another prefix"
    }
    return nil
  }
}

extension ObjectStoreError {
  /// Whether a name in the bucket, or the bucket's own, is none that S3 could have.
  fileprivate func isAboutTheName(of bucket: String) -> Bool {
    switch self {
    case .invalidBucket(bucket, _): true
    case .invalidKey(let location, _): location.bucket == bucket
    default: false
    }
  }
}

/// Where jobs run and what there is for them.
public struct ProcessingPlace: Sendable, Equatable {
  /// What a process runs as, as the row's `compute` tells it.
  public enum Compute: String, Sendable {
    /// An AWS Lambda function.
    case lambda
    /// A task of Amazon ECS on Fargate.
    case fargate
    /// A command on a laptop, with sample events.
    case local
  }

  /// What the process runs as.
  public var compute: Compute
  /// Where renditions and rows go.
  public var processedBucket: String
  /// What jobs may take beside the process itself, in bytes.
  public var memory: Int

  /// - Parameter memory: In bytes, for all jobs together.
  public init(compute: Compute, processedBucket: String, memory: Int) {
    self.compute = compute
    self.processedBucket = processedBucket
    self.memory = memory
  }
}
