import Encodings
import FoundationEssentials
import GRDB

extension RowIndex {
  /// The days of uploads whose rows are still to come, and those beside them: the time that is told of an upload and
  /// that of its event, by which its row is filed, may have midnight between them.
  func waitingDays() async throws -> Set<String> {
    let now = Int64(clock().timeIntervalSince1970 * 1000)
    let state = ImageColumns.code(.waiting)
    let days = try await translated {
      try await pool.read { db in
        try Int64.fetchAll(
          db,
          sql: """
            SELECT DISTINCT uploaded / \(GalleryFilter.dayMilliseconds) FROM image
            WHERE hidden = 0 AND status = ? AND +purge > ?
            """, arguments: [state, now])
      }
    }
    return Set(
      days.flatMap { day in
        (day - 1...day + 1).map { String(RFC3339.text(unixSeconds: $0 * 24 * 3600).prefix(10)) }
      })
  }

  /// Which of some images, at most 1,000, are known and still have no row.
  func waiting(among ids: [String]) async throws -> Set<String> {
    Set(try await images(ids: ids).filter { $0.state == .waiting }.map(\.id))
  }
}
