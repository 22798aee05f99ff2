import FoundationEssentials
import GRDB
import ImageProcessing

/// Writes to the table of images, within a transaction of its caller's.
struct ImageTable {
  let db: Database

  /// Puts a row in its image's place, unless a later one is there.
  /// - Returns: Whether anything changed.
  func ingest(_ columns: ImageColumns, generation: Int64) throws -> Bool {
    let standing = try Row.fetchOne(db, sql: "SELECT * FROM image WHERE id = ?", arguments: [columns.image.id])
    if let standing, let new = columns.image.record {
      let old = try ImageColumns.image(standing)
      if let record = old.record, !new.stands(over: record) {
        try db.execute(
          sql: "UPDATE image SET generation = ? WHERE number = ?", arguments: [generation, standing["number"] as Int64])
        return false
      }
      // What the uploader called the file is better than the key's last part, as long as it is the same upload.
      var columns = columns
      if columns.image.key != nil, columns.image.key == old.key { columns.image.name = old.name }
      try write(columns, over: standing, generation: generation)
      return true
    }
    if standing != nil { return false }
    try write(columns, over: nil, generation: generation)
    return true
  }

  private func write(_ columns: ImageColumns, over standing: Row?, generation: Int64) throws {
    let image = columns.image
    let folded = image.name.lowercased()
    let number: Int64? = standing?["number"]
    if let number, let standing {
      try db.execute(
        sql: "INSERT INTO search(search, rowid, folded) VALUES ('delete', ?, ?)",
        arguments: [number, standing["folded"] as String])
    }
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO image VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        number, image.id, image.bucket, image.key, image.name, folded, ImageColumns.code(source: image.source),
        ImageColumns.code(image.state), image.record?.format, try camera(columns.camera), columns.sizeClass,
        image.size, image.record?.sha256, columns.uploaded, columns.purge, columns.isHidden, try nextChange(),
        generation, columns.json,
      ])
    try db.execute(
      sql: "INSERT INTO search(rowid, folded) VALUES (?, ?)", arguments: [number ?? db.lastInsertedRowID, folded])
  }

  private func camera(_ name: String?) throws -> Int64? {
    guard let name else { return nil }
    try db.execute(sql: "INSERT OR IGNORE INTO camera(name) VALUES (?)", arguments: [name])
    return try Int64.fetchOne(db, sql: "SELECT number FROM camera WHERE name = ?", arguments: [name])
  }

  private func nextChange() throws -> Int64 {
    try Int64.fetchOne(db, sql: "UPDATE counter SET changed = changed + 1 RETURNING changed") ?? 0
  }

  func generation() throws -> Int64 { try Int64.fetchOne(db, sql: "SELECT generation FROM counter") ?? 0 }

  /// Begins a rebuild: whatever is ingested from here on is of the new generation.
  func beginGeneration() throws -> Int64 {
    try Int64.fetchOne(db, sql: "UPDATE counter SET generation = generation + 1 RETURNING generation") ?? 0
  }

  /// Ends a rebuild.
  func complete(_ generation: Int64) throws {
    try db.execute(sql: "UPDATE counter SET completed = ?", arguments: [generation])
  }

  /// Whether the last rebuild that was begun has come to its end.
  func isComplete() throws -> Bool {
    try Bool.fetchOne(db, sql: "SELECT completed = generation FROM counter") ?? false
  }

  /// Removes up to `limit` images for which the condition holds.
  func remove(where condition: String, _ arguments: StatementArguments, limit: Int) throws -> Int {
    let rows = try Row.fetchAll(
      db, sql: "SELECT number, folded FROM image WHERE \(condition) LIMIT \(limit)", arguments: arguments)
    for row in rows {
      let number: Int64 = row["number"]
      try db.execute(
        sql: "INSERT INTO search(search, rowid, folded) VALUES ('delete', ?, ?)",
        arguments: [number, row["folded"] as String])
      try db.execute(sql: "DELETE FROM image WHERE number = ?", arguments: [number])
    }
    return rows.count
  }
}

extension MetadataRecord {
  /// Whether this row holds and not the other; rows of one event are told apart too, so that the order in which
  /// they come never matters.
  func stands(over other: MetadataRecord) -> Bool {
    if isLater(than: other) { return true }
    if other.isLater(than: self) || self == other { return false }
    if purgeAfter != other.purgeAfter { return purgeAfter > other.purgeAfter }
    if processedAt != other.processedAt { return processedAt > other.processedAt }
    guard let own = try? line(), let others = try? other.line() else { return false }
    return others.lexicographicallyPrecedes(own)
  }
}
