import FoundationEssentials
import GRDB

/// A page of a gallery.
public struct GalleryPage: Sendable, Equatable {
  /// The newest first.
  public var images: [IndexedImage]
  /// For the page after this one; nil where there is none.
  public var next: String?
  /// How many images pass the filter, counted to 1,000.
  public var count: Int
  /// False where there are, or may be, more than ``count``.
  public var countIsExact: Bool
}

extension RowIndex {
  private static let countLimit = 1000
  /// Images whose names are looked at for one page.
  static let searchLimit = 20_000
  /// Up to so many matches are looked up one by one.
  static let matchLimit = 4000

  /// Finds a page of the images that pass a filter, the newest first.
  ///
  /// A search that meets few images that pass takes the names that match from the trigram index; one for a text that
  /// many names have in it, or of less than three characters, goes through the images by time and ends after 20,000:
  /// the page may then be short, or empty, and still have a next one.
  /// - Parameter limit: 1 to 200.
  public func page(_ filter: GalleryFilter, cursor: String?, limit: Int) async throws -> GalleryPage {
    let place = try cursor.map { try GalleryCursor($0) }
    let now = Int64(clock().timeIntervalSince1970 * 1000)
    let limit = min(max(limit, 1), 200)
    return try await translated {
      try await pool.read { db in
        guard let query = try GalleryQuery(filter, db: db, now: now) else {
          return GalleryPage(images: [], next: nil, count: 0, countIsExact: true)
        }
        let found = try query.run(db, after: place, limit: limit)
        let count = try query.count(db, limit: Self.countLimit)
        return GalleryPage(
          images: found.images, next: found.next?.text, count: count.count, countIsExact: count.isExact)
      }
    }
  }
}

/// The last image that was looked at: the next page begins after it, whatever has been added since.
struct GalleryCursor: Equatable {
  var uploaded: Int64
  var number: Int64

  var text: String { "1-\(String(uploaded, radix: 36))-\(String(number, radix: 36))" }

  init(uploaded: Int64, number: Int64) {
    self.uploaded = uploaded
    self.number = number
  }

  init(_ text: String) throws {
    let parts = text.utf8.count <= 40 ? text.split(separator: "-", omittingEmptySubsequences: false) : []
    guard parts.count == 3, parts[0] == "1", let uploaded = Int64(parts[1], radix: 36),
      let number = Int64(parts[2], radix: 36), number > 0
    else { throw RowIndexError.badCursor }
    self.init(uploaded: uploaded, number: number)
    // One spelling a place.
    guard self.text == text else { throw RowIndexError.badCursor }
  }
}

/// A filter as SQL.
struct GalleryQuery {
  private let index: String
  private var conditions: [String]
  private var arguments: [any DatabaseValueConvertible]
  private let search: Search

  /// How a search is done.
  private enum Search {
    case none
    /// The images whose names have the text in them, looked up one by one.
    case matches([Int64])
    /// Too many of them, or too short a text for the trigram index: names are looked at from the newest on.
    case scan(String)
  }

  /// Nil where no image can pass.
  init?(_ filter: GalleryFilter, db: Database, now: Int64) throws {
    var facets: [(String, any DatabaseValueConvertible)] = []
    if let source = filter.source { facets.append(("source", ImageColumns.code(source: source.rawValue))) }
    // A tombstone says nothing of its image: there is nothing to show.
    if filter.status == .deleted { return nil }
    if let status = filter.status { facets.append(("status", ImageColumns.code(status))) }
    if let format = filter.format { facets.append(("format", format)) }
    if let camera = filter.camera {
      guard let number = try Int64.fetchOne(db, sql: "SELECT number FROM camera WHERE name = ?", arguments: [camera])
      else { return nil }
      facets.append(("camera", number))
    }
    if let size = filter.size { facets.append(("size_class", ImageColumns.code(size))) }
    index = IndexSchema.indexName(facets.map(\.0))
    conditions = ["hidden = 0"] + facets.map { "\($0.0) = ?" }
    arguments = facets.map(\.1)
    if let day = filter.day {
      guard let first = GalleryFilter.firstMillisecond(ofDay: day) else { return nil }
      conditions.append("uploaded BETWEEN ? AND ?")
      arguments += [first, first + GalleryFilter.dayMilliseconds - 1]
    }
    conditions.append("+purge > ?")
    arguments.append(now)
    search = try Self.search(filter.search?.lowercased(), db)
  }

  private static func search(_ text: String?, _ db: Database) throws -> Search {
    guard let text else { return .none }
    guard text.unicodeScalars.count >= 3 else { return .scan(text) }
    let limit = RowIndex.matchLimit
    // By scalars: a quote with an accent on it is another character.
    var doubled = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { doubled.append(contentsOf: scalar == "\"" ? [scalar, scalar] : [scalar]) }
    let phrase = "\"\(String(doubled))\""
    let numbers = try Int64.fetchAll(
      db, sql: "SELECT rowid FROM search WHERE search MATCH ? LIMIT \(limit + 1)", arguments: [phrase])
    return numbers.count > limit ? .scan(text) : .matches(numbers)
  }

  /// Newest first, from the index whose order that is.
  func sql(_ columns: String, after place: GalleryCursor?, limit: Int) -> (String, StatementArguments) {
    var all = arguments
    var text = "SELECT \(columns) FROM image INDEXED BY \(index) WHERE \(conditions.joined(separator: " AND "))"
    if let place {
      text += " AND uploaded <= ? AND (uploaded < ? OR number < ?)"
      all += [place.uploaded, place.uploaded, place.number]
    }
    return ("\(text) ORDER BY uploaded DESC, number DESC LIMIT \(limit)", StatementArguments(all))
  }

  func run(_ db: Database, after place: GalleryCursor?, limit: Int) throws
    -> (images: [IndexedImage], next: GalleryCursor?)
  {
    switch search {
    case .none:
      let (sql, arguments) = sql("*", after: place, limit: limit + 1)
      return try Self.page(of: try Row.fetchAll(db, sql: sql, arguments: arguments), limit: limit)
    case .matches(let numbers):
      return try Self.page(of: try rows(db, numbers, after: place, limit: limit + 1), limit: limit)
    case .scan(let text): return try scan(db, for: text, after: place, limit: limit)
    }
  }

  private static func cursor(_ row: Row) -> GalleryCursor {
    GalleryCursor(uploaded: row["uploaded"], number: row["number"])
  }

  private static func page(of rows: [Row], limit: Int) throws -> (images: [IndexedImage], next: GalleryCursor?) {
    let shown = rows.prefix(limit)
    return (try shown.map(ImageColumns.image), rows.count > limit ? shown.last.map(cursor) : nil)
  }

  private func rows(_ db: Database, _ numbers: [Int64], after place: GalleryCursor?, limit: Int) throws -> [Row] {
    if numbers.isEmpty { return [] }
    var all = arguments
    var text = "SELECT * FROM image NOT INDEXED WHERE number IN ("
    text += numbers.map { String($0) }.joined(separator: ",") + ") AND " + conditions.joined(separator: " AND ")
    if let place {
      text += " AND uploaded <= ? AND (uploaded < ? OR number < ?)"
      all += [place.uploaded, place.uploaded, place.number]
    }
    return try Row.fetchAll(
      db, sql: "\(text) ORDER BY uploaded DESC, number DESC LIMIT \(limit)", arguments: StatementArguments(all))
  }

  private func scan(_ db: Database, for search: String, after place: GalleryCursor?, limit: Int) throws
    -> (images: [IndexedImage], next: GalleryCursor?)
  {
    let (sql, arguments) = sql("number, uploaded, folded", after: place, limit: RowIndex.searchLimit)
    let candidates = try Row.fetchCursor(db, sql: sql, arguments: arguments)
    var found: [GalleryCursor] = []
    var looked = 0
    var last: GalleryCursor?
    var hasMore = false
    while let row = try candidates.next() {
      looked += 1
      last = Self.cursor(row)
      // By bytes, as SQLite compares too.
      guard (row["folded"] as String).utf8.contains(search.utf8) else { continue }
      if found.count == limit {
        hasMore = true
        break
      }
      if let last { found.append(last) }
    }
    let isWhole = looked < RowIndex.searchLimit
    let images = try found.map { place in
      try Row.fetchOne(db, sql: "SELECT * FROM image WHERE number = ?", arguments: [place.number])
        .map(ImageColumns.image)
    }
    return (images.compactMap { $0 }, hasMore ? found.last : isWhole ? nil : last)
  }

  func count(_ db: Database, limit: Int) throws -> (count: Int, isExact: Bool) {
    let count: Int
    switch search {
    case .none:
      let (sql, arguments) = sql("1", after: nil, limit: limit + 1)
      count = try Int.fetchOne(db, sql: "SELECT count(*) FROM (\(sql))", arguments: arguments) ?? 0
    case .matches(let numbers): count = try rows(db, numbers, after: nil, limit: limit + 1).count
    case .scan: return (0, false)
    }
    return (min(count, limit), count <= limit)
  }
}
