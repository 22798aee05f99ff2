public import FoundationEssentials
import GRDB
public import ImageProcessing
public import Logging
import Synchronization

/// The images of the last seven days, by their metadata rows: an SQLite file that can be built anew from the bucket at
/// any time.
///
/// One row an image holds: the latest, by the same rule as in the bucket. Rows may come in any order and any number of
/// times. A deleted image keeps its tombstone until the purge, so that a late row cannot bring it back.
public final class RowIndex: Sendable {
  let pool: DatabasePool
  let clock: @Sendable () -> Date
  let logger: Logger
  let listeners = ChangeListeners()
  /// Whether ``rebuild(from:processedBucket:)`` has yet to fill the file: it is a new one, or the last rebuild broke
  /// off.
  public let needsRebuild: Bool

  /// Opens the file, or makes it; one that is damaged or of another version is replaced, which the log says.
  /// - Parameter clock: Gives the time of day.
  public init(path: String, clock: @escaping @Sendable () -> Date = { Date() }, logger: Logger) throws {
    do {
      (pool, needsRebuild) = try IndexFile.open(path: path, now: clock(), logger: logger)
    } catch let error as DatabaseError {
      throw RowIndexError(error)
    }
    self.clock = clock
    self.logger = logger
  }

  /// Takes a row in; the latest of its image holds.
  /// - Returns: False where that was there already, or the row is past its purge.
  @discardableResult
  public func ingest(_ record: MetadataRecord) async throws -> Bool { try await ingest([record]) > 0 }

  /// Takes rows in, in one transaction.
  /// - Returns: How many of them changed something.
  func ingest(_ records: [MetadataRecord]) async throws -> Int {
    try await put(records.map { try ImageColumns($0) })
  }

  /// Tells of an upload whose row is still to come; where the row is there already, nothing changes.
  public func expect(_ upload: ExpectedUpload) async throws { _ = try await put([ImageColumns(upload)]) }

  func put(_ images: [ImageColumns]) async throws -> Int {
    let now = Int64(clock().timeIntervalSince1970 * 1000)
    let changed = try await translated {
      try await pool.write { db in
        let table = ImageTable(db: db)
        let generation = try table.generation()
        var changed = 0
        for image in images where image.purge > now {
          if try table.ingest(image, generation: generation) { changed += 1 }
        }
        return changed
      }
    }
    if changed > 0 { listeners.wake() }
    return changed
  }

  /// Finds an image; a deleted one too.
  public func image(_ id: String) async throws -> IndexedImage? { try await images(ids: [id]).first }

  /// Finds images, in the order of their ids; what is not known is left out.
  ///
  /// At most 1,000 are looked for.
  public func images(ids: [String]) async throws -> [IndexedImage] {
    let asked = Array(ids.prefix(1000))
    let now = Int64(clock().timeIntervalSince1970 * 1000)
    let found = try await translated {
      try await pool.read { db in
        let marks = asked.map { _ in "?" }.joined(separator: ",")
        let rows = try Row.fetchAll(
          db, sql: "SELECT * FROM image WHERE id IN (\(marks))", arguments: StatementArguments(asked))
        return try rows.filter { ($0["purge"] as Int64) > now }.map(ImageColumns.image)
      }
    }
    let byID = Dictionary(found.map { ($0.id, $0) }) { first, _ in first }
    return asked.compactMap { byID[$0] }
  }

  /// Finds the newest processed image of the same bytes.
  /// - Parameter sha256: Of the raw object, in lower-case hex.
  public func find(sha256: String) async throws -> IndexedImage? {
    let now = Int64(clock().timeIntervalSince1970 * 1000)
    let state = ImageColumns.code(.processed)
    return try await translated {
      try await pool.read { db in
        try Row.fetchOne(
          db,
          sql: """
            SELECT * FROM image INDEXED BY image_by_sha256
            WHERE sha256 = ? AND +status = ? AND +purge > ? ORDER BY uploaded DESC LIMIT 1
            """, arguments: [sha256, state, now]
        ).map(ImageColumns.image)
      }
    }
  }

  /// The cameras that images were taken with, in the order of their names.
  public func cameras(limit: Int) async throws -> [String] {
    try await translated {
      try await pool.read { db in
        try String.fetchAll(db, sql: "SELECT name FROM camera ORDER BY name LIMIT ?", arguments: [limit])
      }
    }
  }

  /// Removes what is past its purge.
  /// - Returns: How many images.
  @discardableResult
  public func purge() async throws -> Int {
    let now = Int64(clock().timeIntervalSince1970 * 1000)
    let removed = try await removeAll(where: "purge <= ?", [now])
    try await translated {
      try await pool.write { db in
        try db.execute(
          sql: "DELETE FROM camera WHERE NOT EXISTS (SELECT 1 FROM image WHERE camera = camera.number AND hidden = 0)")
      }
    }
    return removed
  }

  /// Removes in steps, so that whoever else writes need not wait for all.
  func removeAll(where condition: String, _ arguments: [Int64]) async throws -> Int {
    var removed = 0
    while true {
      let count = try await translated {
        try await pool.write { db in
          try ImageTable(db: db).remove(where: condition, StatementArguments(arguments), limit: 1000)
        }
      }
      removed += count
      if count == 0 { return removed }
    }
  }
}
