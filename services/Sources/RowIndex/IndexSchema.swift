import GRDB

/// The tables of the index.
///
/// Whatever combination of facets is asked for has an index of its own, in which its images lie side by side, newest
/// first: a page costs a few dozen steps, however rare its images are among a million. That is 32 indexes of about 20
/// bytes a row; a row is written once or twice in its seven days and looked at often.
enum IndexSchema {
  /// Tells this file from any other that SQLite can read: `DKRI`.
  static let applicationID = 0x444B_5249
  /// Grows with every change of the tables; a file of another version is built anew, since the bucket holds it all.
  static let version = 2

  /// What an image can be filtered by with an equation; the day is a range of times, which every index ends in.
  static let facets = ["source", "status", "format", "camera", "size_class"]

  private static let facetSets: [[String]] = (0..<(1 << facets.count)).map { bits in
    facets.indices.filter { bits >> $0 & 1 == 1 }.map { facets[$0] }
  }

  /// The index for some facets, given in the order of ``facets``.
  static func indexName(_ facets: [String]) -> String { (["image_by"] + facets + ["time"]).joined(separator: "_") }

  static func create(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE image (
          number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, bucket TEXT NOT NULL, key TEXT, name TEXT NOT NULL,
          folded TEXT NOT NULL, source INTEGER NOT NULL, status INTEGER NOT NULL, format TEXT, camera INTEGER,
          size_class INTEGER, size INTEGER, sha256 TEXT, uploaded INTEGER NOT NULL, purge INTEGER NOT NULL,
          hidden INTEGER NOT NULL, changed INTEGER NOT NULL, generation INTEGER NOT NULL, record TEXT);
        CREATE INDEX image_by_purge ON image(purge);
        CREATE UNIQUE INDEX image_by_change ON image(changed);
        CREATE INDEX image_by_sha256 ON image(sha256) WHERE sha256 IS NOT NULL;
        CREATE TABLE camera (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE counter (one INTEGER PRIMARY KEY CHECK (one = 1), changed INTEGER NOT NULL,
          generation INTEGER NOT NULL, completed INTEGER NOT NULL);
        CREATE VIRTUAL TABLE search USING fts5(
          folded, content='image', content_rowid='number', tokenize='trigram case_sensitive 1');
        """)
    try createFacetIndexes(db)
    try db.execute(sql: "PRAGMA application_id = \(applicationID)")
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }

  static func createFacetIndexes(_ db: Database) throws {
    for set in facetSets {
      let columns = (set + ["uploaded DESC", "number DESC"]).joined(separator: ", ")
      try db.execute(sql: "CREATE INDEX \(indexName(set)) ON image(\(columns)) WHERE hidden = 0")
    }
  }
}
