import FoundationEssentials
import GRDB

/// A job as it was claimed.
struct ClaimedJob: Sendable {
  var number: Int64
  var imageID: String
  var object: RawObject
  /// This one included.
  var attempt: Int
}

/// The queue's table, within a transaction of its caller's.
struct JobTable {
  let db: Database

  static let version = 1

  static func create(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE IF NOT EXISTS job (
          number INTEGER PRIMARY KEY, image_id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, name TEXT NOT NULL,
          size INTEGER NOT NULL, etag TEXT NOT NULL, stored INTEGER NOT NULL, state TEXT NOT NULL,
          attempts INTEGER NOT NULL, next INTEGER NOT NULL, reason TEXT);
        CREATE INDEX IF NOT EXISTS job_by_next ON job(state, next);
        PRAGMA user_version = \(version);
        """)
  }

  /// Adds a job, unless it is there already; one of another upload of the same key takes its place.
  func add(_ object: RawObject, imageID: String, now: Int64) throws {
    try db.execute(
      sql: """
        INSERT INTO job(image_id, key, name, size, etag, stored, state, attempts, next)
        VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?)
        ON CONFLICT(image_id) DO UPDATE SET name = excluded.name, size = excluded.size, etag = excluded.etag,
          stored = excluded.stored, state = 'waiting', attempts = 0, next = excluded.next, reason = NULL
        WHERE etag <> excluded.etag OR stored < excluded.stored
        """,
      arguments: [
        imageID, object.key, object.name, object.size, object.eTag, Self.milliseconds(object.storedAt), now,
      ])
  }

  /// Takes the job that has waited longest.
  func claim(now: Int64) throws -> ClaimedJob? {
    try Row.fetchOne(
      db,
      sql: """
        UPDATE job SET state = 'processing', attempts = attempts + 1 WHERE number =
          (SELECT number FROM job WHERE state = 'waiting' AND next <= ? ORDER BY next, number LIMIT 1)
        RETURNING *
        """, arguments: [now]
    ).map { row in
      ClaimedJob(
        number: row["number"], imageID: row["image_id"],
        object: RawObject(
          key: row["key"], name: row["name"], size: row["size"], eTag: row["etag"],
          storedAt: Date(timeIntervalSince1970: Double(row["stored"] as Int64) / 1000)),
        attempt: row["attempts"])
    }
  }

  /// What a former process had begun is to be done again, unless that was tried as often as may be: such a job may be
  /// what ends the process each time.
  func releaseAll() throws {
    try db.execute(
      sql: """
        UPDATE job SET state = 'failed', reason = 'the process ended during this job (tried ' || attempts || ' times)'
        WHERE state = 'processing' AND attempts >= ?
        """, arguments: [JobQueue.maximumAttempts])
    try db.execute(sql: "UPDATE job SET state = 'waiting' WHERE state = 'processing'")
  }

  /// Jobs that this process had begun are to be done again.
  func release(_ numbers: Set<Int64>, until next: Int64) throws {
    for number in numbers {
      try db.execute(
        sql: "UPDATE job SET state = 'waiting', next = ? WHERE number = ? AND state = 'processing'",
        arguments: [next, number])
    }
  }

  /// The job is done, unless the same key was uploaded again meanwhile.
  func finish(_ job: ClaimedJob) throws {
    try db.execute(
      sql: "DELETE FROM job WHERE number = ? AND etag = ? AND stored = ?",
      arguments: [job.number, job.object.eTag, Self.milliseconds(job.object.storedAt)])
  }

  func putBack(_ job: ClaimedJob, until next: Int64, reason: String) throws {
    try db.execute(
      sql: "UPDATE job SET state = 'waiting', next = ?, reason = ? WHERE number = ? AND state = 'processing'",
      arguments: [next, reason, job.number])
  }

  func fail(_ job: ClaimedJob, reason: String) throws {
    try db.execute(
      sql: "UPDATE job SET state = 'failed', reason = ? WHERE number = ? AND state = 'processing'",
      arguments: [reason, job.number])
  }

  /// When the next waiting job is due.
  func nextTime() throws -> Int64? { try Int64.fetchOne(db, sql: "SELECT min(next) FROM job WHERE state = 'waiting'") }

  static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded()) }
}
