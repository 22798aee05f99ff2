import GRDB

/// Why the index did not do what it was asked to.
public enum RowIndexError: Error, Equatable, CustomStringConvertible {
  /// The cursor was not made here.
  case badCursor
  /// A row's JSON is longer than the index keeps, in bytes.
  case rowTooLarge(imageID: String, actual: Int, limit: Int)
  /// A time of a row is not an RFC 3339 time.
  case badTime(imageID: String, field: String)
  /// The disk that the index file is on is full.
  case diskFull
  /// SQLite's own words.
  case storage(String)

  /// Why, and what to do next.
  public var description: String {
    switch self {
    case .badCursor: "the cursor is not one of this gallery: begin at the first page"
    case .rowTooLarge(let id, let actual, let limit):
      "the row of image \(id) has \(actual) bytes; the index keeps \(limit): look at its object in the bucket"
    case .badTime(let id, let field): "\(field) in the row of image \(id) is not an RFC 3339 time"
    case .diskFull: "the disk of the index is full: make room there, nothing that was stored is lost"
    case .storage(let text): "the index failed: \(text)"
    }
  }

  init(_ error: DatabaseError) {
    self = error.resultCode == .SQLITE_FULL ? .diskFull : .storage("\(error)")
  }
}

/// Runs a call of the database, and turns its errors into the index's own.
func translated<Result>(_ body: () async throws -> Result) async throws -> Result {
  do { return try await body() } catch let error as DatabaseError { throw RowIndexError(error) }
}
