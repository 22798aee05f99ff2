public import FoundationEssentials
import GRDB
import Glibc
public import ImageProcessing
public import Logging
import Synchronization

/// A durable queue of raw objects that are to be processed in this process: an SQLite file.
///
/// What was enqueued survives the end of the process, however it comes; a job that was under way is done again at the
/// next start, and comes to the same. One that was then tried as often as may be is left as failed. One process works
/// on a file at a time.
public final class JobQueue: Sendable {
  let database: DatabaseQueue
  let processor: JobProcessor
  let rawBucket: String
  let concurrency: Int
  let clock: @Sendable () -> Date
  let logger: Logger
  let onRow: @Sendable (MetadataRecord) async throws -> Void
  let signals = Signals<Void>()
  private let states = Signals<String>()
  /// The numbers of jobs that ended without the file taking it: they are still `processing` there.
  let unrecorded = Mutex<Set<Int64>>([])
  private let lock: Int32

  /// How long a job is kept: its raw object is purged then.
  static let retention: TimeInterval = 7 * 24 * 3600

  /// Opens the queue's file, or makes it.
  /// - Parameters:
  ///   - concurrency: How many jobs run side by side; less than 1 counts as 1. The processor's memory budget bounds
  ///     them further.
  ///   - clock: Gives the time of day.
  ///   - onRow: Is given each job's row; the job ends when it has returned, and is done again after it has thrown.
  public init(
    path: String, processor: JobProcessor, rawBucket: String, concurrency: Int, logger: Logger,
    clock: @escaping @Sendable () -> Date = { Date() },
    onRow: @escaping @Sendable (MetadataRecord) async throws -> Void
  ) throws {
    // Names of pictures are in it: nobody else on this host is to read it.
    lock = open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw JobQueueError.storage("\(path).lock: \(String(cString: strerror(errno)))") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw JobQueueError.inUse(path: path)
    }
    do {
      let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
      guard file >= 0 else { throw JobQueueError.storage("\(path): \(String(cString: strerror(errno)))") }
      close(file)
      var configuration = Configuration()
      configuration.journalMode = .wal
      // For whoever looks into the file, or copies it, while it is in use.
      configuration.busyMode = .timeout(5)
      // An upload is told to be stored once its job is here: on the disk, not on its way there.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      database = try DatabaseQueue(path: path, configuration: configuration)
      try database.write { db in
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard version <= JobTable.version else {
          throw JobQueueError.storage("\(path) is of a later version (\(version)): use that, or name another file")
        }
        try JobTable.create(db)
        try JobTable(db: db).releaseAll()
      }
    } catch {
      close(lock)
      throw (error as? DatabaseError).map { JobQueueError($0) } ?? error
    }
    self.processor = processor
    self.rawBucket = rawBucket
    self.concurrency = max(1, concurrency)
    self.logger = logger
    self.clock = clock
    self.onRow = onRow
  }

  deinit { close(lock) }

  var now: Int64 { JobTable.milliseconds(clock()) }

  /// Adds a job, durably when this returns; the same upload twice is one job.
  public func enqueue(_ object: RawObject) async throws {
    let imageID = OutputKeys.imageID(bucket: rawBucket, key: object.key)
    try await change(imageID) { table, now in try table.add(object, imageID: imageID, now: now) }
  }

  /// The states of jobs by their images' ids; one that is done is left out.
  public func states(of imageIDs: [String]) async throws -> [String: JobState] {
    let asked = Array(imageIDs.prefix(1000))
    return try await translated {
      try await database.read { db in
        let marks = asked.map { _ in "?" }.joined(separator: ",")
        let rows = try Row.fetchAll(
          db, sql: "SELECT image_id, state, reason FROM job WHERE image_id IN (\(marks))",
          arguments: StatementArguments(asked))
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["image_id"] as String, Self.state($0)) })
      }
    }
  }

  private static func state(_ row: Row) -> JobState {
    switch row["state"] as String {
    case "processing": .processing
    case "failed": .failed(row["reason"] ?? "")
    default: .waiting
    }
  }

  /// Does a failed job once more, at once.
  public func retry(_ imageID: String) async throws {
    try await change(imageID) { table, now in
      try table.db.execute(
        sql: "UPDATE job SET state = 'waiting', attempts = 0, next = ? WHERE image_id = ? AND state = 'failed'",
        arguments: [now, imageID])
    }
  }

  /// Drops an image's job, as after its deletion; one that runs ends by itself, and gives way to the tombstone.
  public func remove(imageID: String) async throws {
    try await change(imageID) { table, _ in
      try table.db.execute(sql: "DELETE FROM job WHERE image_id = ?", arguments: [imageID])
    }
  }

  /// Drops jobs whose raw objects are due to be purged.
  /// - Returns: How many.
  @discardableResult
  public func purge() async throws -> Int {
    let limit = JobTable.milliseconds(clock().addingTimeInterval(-Self.retention))
    return try await translated {
      try await database.write { db in
        try db.execute(sql: "DELETE FROM job WHERE stored <= ? AND state <> 'processing'", arguments: [limit])
        return db.changesCount
      }
    }
  }

  /// The ids of images whose jobs change their state, from now on; one that reads slowly gets the latest 1,000.
  public func changes() -> AsyncStream<String> { states.stream(keeping: 1000) }

  /// Changes a job in a transaction of its own, and tells whoever waits.
  func change(_ imageID: String, _ body: @escaping @Sendable (JobTable, Int64) throws -> Void) async throws {
    let now = now
    try await translated { try await database.write { db in try body(JobTable(db: db), now) } }
    states.send(imageID)
    signals.send(())
  }

  func tell(_ imageID: String) { states.send(imageID) }
}
