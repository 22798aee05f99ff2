import GRDB

/// Why the queue did not do what it was asked to.
public enum JobQueueError: Error, Equatable, CustomStringConvertible {
  /// Another process works on the same file.
  case inUse(path: String)
  /// The disk that the queue's file is on is full.
  case diskFull
  /// SQLite's own words.
  case storage(String)

  /// Why, and what to do next.
  public var description: String {
    switch self {
    case .inUse(let path): "another process works on the queue \"\(path)\": end it, or name another file"
    case .diskFull: "the disk of the job queue is full: make room there, and send the file again"
    case .storage(let text): "the job queue failed: \(text)"
    }
  }

  init(_ error: DatabaseError) {
    self = error.resultCode == .SQLITE_FULL ? .diskFull : .storage("\(error)")
  }
}

/// Runs a call of the database, and turns its errors into the queue's own.
func translated<Result>(_ body: () async throws -> Result) async throws -> Result {
  do { return try await body() } catch let error as DatabaseError { throw JobQueueError(error) }
}
