public import FoundationEssentials
public import LambdaEvents
public import ObjectStorage
import Synchronization
import Threads

/// Sends events for objects that are in a raw bucket already: after a changed recipe, or for what was there before the
/// system.
///
/// What its row shows done, with the same recipe and processor, is not repeated.
///
/// The bucket is listed in pages, and the row of each object read, several side by side: one call an object. Listing
/// the rows would be cheaper, but tells neither recipe nor processor. Whatever the number of objects, a few hundred
/// are in memory. It blocks: call it from a thread of your own.
public struct Replay: Sendable {
  /// Which objects are looked at.
  public struct Scope: Sendable {
    /// The raw bucket.
    public var bucket: String
    /// Only keys that begin with this.
    public var prefix = ""
    /// Only keys after this one, to go on with an interrupted run.
    public var after = ""
    /// Only objects that were written at this time or later.
    public var since: Date?

    /// All objects of a bucket.
    public init(bucket: String) { self.bucket = bucket }
  }

  /// How many objects there were of each kind.
  public struct Summary: Sendable, Equatable {
    /// All that were looked at.
    public var listed = 0
    /// Events that were taken; in a dry run, that would have been sent.
    public var sent = 0
    /// Events that were not taken, whatever was tried.
    public var failed = 0
    /// Done before, by their rows.
    public var done = 0
    /// Older than seven days.
    public var tooOld = 0
    /// Deleted by a person.
    public var deleted = 0
    /// Written before the time that was asked for.
    public var before = 0
    /// This system's own output.
    public var refused = 0
    /// In a directory: what is not an object, such as a symbolic link.
    public var leftOut = 0
    /// The last key for which all was done; nil before the first.
    public var lastKey: String?
    /// The run was ended before the last object.
    public var isInterrupted = false
  }

  private let store: any ObjectStore
  private let processedBucket: String
  private let recipeID: String
  private let clock: @Sendable () -> Date

  /// Objects whose rows are looked at before the next are listed.
  private static let chunk = 256
  /// Rows that are read side by side.
  private static let concurrency = 16

  /// - Parameters:
  ///   - store: Holds the raw and the processed bucket.
  ///   - recipe: What a row must have been made with to count as done.
  ///   - clock: Gives the time of day.
  public init(
    store: any ObjectStore, processedBucket: String, recipe: Recipe, clock: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.store = store
    self.processedBucket = processedBucket
    recipeID = recipe.id
    self.clock = clock
  }

  /// Goes through the objects.
  /// - Parameters:
  ///   - batchSize: How many events `deliver` is given at most.
  ///   - isStopped: Asked between batches; true ends the run.
  ///   - step: Called for each object once it is dealt with.
  ///   - deliver: Sends events. Returns how many of them were not taken for good; throws when none will be.
  /// - Throws: ``Interrupted`` with what was done until then, for errors of the store and of `deliver`.
  @available(*, noasync, message: "blocks the calling thread")
  public func run(
    _ scope: Scope, batchSize: Int, isStopped: () -> Bool = { false }, step: (ListedObject) -> Void = { _ in },
    deliver: ([S3ObjectEvent]) throws -> Int
  ) throws -> Summary {
    var summary = Summary()
    do {
      let lister = try store.list(bucket: scope.bucket, prefix: scope.prefix, after: scope.after)
      while let objects = try nextChunk(of: lister) {
        summary.leftOut = lister.leftOut
        var decided = Array(zip(objects, try decisions(on: objects, since: scope.since)))[...]
        while !decided.isEmpty {
          if isStopped() {
            summary.isInterrupted = true
            return summary
          }
          let batch = decided.prefix(batchSize)
          decided = decided.dropFirst(batchSize)
          try dealWith(Array(batch), &summary, deliver)
          for (object, _) in batch { step(object) }
          summary.lastKey = batch.last?.0.location.key
        }
      }
      summary.leftOut = lister.leftOut
      return summary
    } catch {
      summary.isInterrupted = true
      throw Interrupted(summary: summary, reason: "\(error)")
    }
  }

  /// A run that an error ended.
  public struct Interrupted: Error, CustomStringConvertible {
    /// What was done until then.
    public var summary: Summary
    /// The error.
    public var reason: String
    /// The error.
    public var description: String { reason }
  }

  private func dealWith(
    _ batch: [(ListedObject, ReplayDecision)], _ summary: inout Summary, _ deliver: ([S3ObjectEvent]) throws -> Int
  ) throws {
    var events: [S3ObjectEvent] = []
    for (_, decision) in batch {
      if case .send(let event) = decision { events.append(event) }
    }
    let failed = events.isEmpty ? 0 : try deliver(events)
    summary.listed += batch.count
    summary.failed += failed
    summary.sent += events.count - failed
    for (_, decision) in batch {
      switch decision {
      case .send: break
      case .done: summary.done += 1
      case .tooOld: summary.tooOld += 1
      case .deleted: summary.deleted += 1
      case .before: summary.before += 1
      case .refused: summary.refused += 1
      }
    }
  }

  private func nextChunk(of lister: any ObjectLister) throws -> [ListedObject]? {
    var objects: [ListedObject] = []
    while objects.count < Self.chunk, let object = try lister.next() { objects.append(object) }
    return objects.isEmpty ? nil : objects
  }

  private func decisions(on objects: [ListedObject], since: Date?) throws -> [ReplayDecision] {
    let judge = ReplayJudge(
      store: store, processedBucket: processedBucket, recipeID: recipeID, since: since, now: clock())
    let next = Atomic(0)
    let results = Mutex([Result<ReplayDecision, any Error>?](repeating: nil, count: objects.count))
    let threads = try (0..<min(Self.concurrency, objects.count)).map { _ in
      try DedicatedThread {
        while true {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard index < objects.count else { return }
          let result = Result { try judge.decision(on: objects[index]) }
          results.withLock { $0[index] = result }
        }
      }
    }
    for thread in threads { thread.join() }
    return try results.withLock { $0 }.compactMap { try $0?.get() }
  }
}
