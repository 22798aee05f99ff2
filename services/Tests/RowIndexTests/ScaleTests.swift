import FoundationEssentials
import GRDB
import ImageProcessing
import Testing

@testable import RowIndex

/// With `ROW_INDEX_ROWS` in the environment, as `make bench-index` has it, on so many rows.
@Suite struct ScaleTests {
  let folder: Folder
  let index: RowIndex

  init() throws {
    folder = try Folder()
    index = try folder.index()
  }

  /// Every combination of filters; those that few images pass are among the oldest.
  private static let filters: [GalleryFilter] = (0..<192).map { number in
    let (bits, kind) = (number % 64, number / 64)
    var filter = GalleryFilter()
    if bits & 1 != 0 { filter.day = String(text(start.addingTimeInterval(-3 * 24 * 3600)).prefix(10)) }
    if bits & 2 != 0 { filter.source = .kafka }
    if bits & 4 != 0 { filter.status = .rejected }
    if bits & 8 != 0 { filter.format = "png" }
    if bits & 16 != 0 { filter.camera = "Camera 0" }
    if bits & 32 != 0 { filter.size = .large }
    filter.search = [nil, "img_12345", "img"][kind]
    return filter
  }

  @Test func everyFilterIsReadFromItsIndexWithoutSorting() async throws {
    try await seed(100)
    let index = index
    for filter in Self.filters where filter.search == nil {
      let steps = try await index.pool.read { db in
        let query = try #require(try GalleryQuery(filter, db: db, now: 0))
        let (sql, arguments) = query.sql("*", after: GalleryCursor(uploaded: 1, number: 1), limit: 50)
        return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments)
          .map { $0["detail"] as String }
      }
      #expect(steps.count == 1 && !steps[0].contains("TEMP B-TREE"), "\(filter): \(steps)")
    }
  }

  @Test(.enabled(if: rows != nil)) func aPageTakesAtMostTwentyMilliseconds() async throws {
    try await seed(try #require(rows))
    var times: [(milliseconds: Double, filter: GalleryFilter)] = []
    for filter in Self.filters {
      // The first reads from the disk.
      _ = try await index.page(filter, cursor: nil, limit: 50)
      let clock = ContinuousClock()
      let time = try await clock.measure { _ = try await index.page(filter, cursor: nil, limit: 50) }
      times.append((time / .milliseconds(1), filter))
    }
    times.sort { $0.milliseconds < $1.milliseconds }
    let worst = try #require(times.last)
    print("median \(times[times.count / 2].milliseconds) ms, most \(worst.milliseconds) ms: \(worst.filter)")
    for (milliseconds, filter) in times where milliseconds > 20 { print("\(milliseconds) ms: \(filter)") }
    #expect(worst.milliseconds <= 20)
  }

  /// Rows one per half second, the newest last, with few rejected ones, all in the oldest half.
  private func seed(_ count: Int) async throws {
    let record = String(decoding: try row().line(), as: UTF8.self)
    let first = Int64(start.timeIntervalSince1970 * 1000) - Int64(count) * 500
    try await index.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA cache_size = -400000")
      for name in try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE name LIKE 'image_by_%_time' OR name = 'image_by_time'")
      {
        try db.execute(sql: "DROP INDEX \(name)")
      }
      try db.execute(
        sql: """
          BEGIN;
          WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
            INSERT INTO camera SELECT i + 1, 'Camera ' || i FROM n;
          """)
      try db.execute(
        sql: """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
            INSERT INTO image SELECT i, printf('%032x', i), 'raw', 'web/' || i, 'IMG_' || i || '.jpg',
              'img_' || i || '.jpg', i % 3 = 0, CASE WHEN i < ? AND i % 500 = 0 THEN 2 ELSE 1 END,
              CASE i % 2 WHEN 0 THEN 'png' ELSE 'jpeg' END, i * 7919 % 50 + 1, i * 31 % 3, 1000, NULL, ? + i * 500,
              ?, 0, i, 0, ? FROM n
          """, arguments: [count, count / 2, first, Int64(start.timeIntervalSince1970 * 1000) + 1000, record])
      try IndexSchema.createFacetIndexes(db)
      try db.execute(sql: "INSERT INTO search(search) VALUES ('rebuild'); COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
    }
  }
}

/// How many rows the measurement has; nil for no measurement.
private let rows = ProcessInfo.processInfo.environment["ROW_INDEX_ROWS"].flatMap { Int($0) }
