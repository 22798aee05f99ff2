import FoundationEssentials
import GRDB
import Glibc
import Logging

/// Opens the file of the index, and replaces one that cannot be used: the bucket holds all that was in it.
enum IndexFile {
  /// - Returns: The database, and whether a rebuild has yet to fill it: it is a new one, or the last rebuild broke off.
  static func open(path: String, now: Date, logger: Logger) throws -> (pool: DatabasePool, needsRebuild: Bool) {
    let isThere = access(path, F_OK) == 0
    if isThere {
      do {
        let pool = try openPool(path)
        if let fault = try pool.read({ db in try fault(of: db) }) {
          logger.warning("the index is built anew: \(fault)", metadata: ["path": "\(path)"])
          try pool.close()
        } else {
          return (pool, try pool.read { db in try !ImageTable(db: db).isComplete() })
        }
      } catch let error as DatabaseError where [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(error.resultCode) {
        logger.warning("the index is built anew, its file is damaged: \(error)", metadata: ["path": "\(path)"])
      }
      for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
    }
    // Rows hold names and places of pictures: nobody else on this host is to read them. SQLite gives the files beside
    // this one the same rights.
    let descriptor = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw RowIndexError.storage("\(path): \(String(cString: strerror(errno)))") }
    close(descriptor)
    let pool = try openPool(path)
    try pool.write { db in
      try IndexSchema.create(db)
      // Sequences of a new file lie after all that a former one has given.
      let first = Int64(now.timeIntervalSince1970 * 1000)
      try db.execute(sql: "INSERT INTO counter VALUES (1, ?, 1, 0)", arguments: [first])
    }
    return (pool, true)
  }

  private static func openPool(_ path: String) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.maximumReaderCount = 4
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = NORMAL") }
    return try DatabasePool(path: path, configuration: configuration)
  }

  private static func fault(of db: Database) throws -> String? {
    let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    if application != IndexSchema.applicationID { return "its file is not one of this index" }
    if version != IndexSchema.version { return "its file has version \(version), not \(IndexSchema.version)" }
    return try Int.fetchOne(db, sql: "SELECT count(*) FROM counter") == 1 ? nil : "its counter is missing"
  }
}
