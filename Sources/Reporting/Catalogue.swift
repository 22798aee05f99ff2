import FoundationEssentials

/// The record's columns and the views on them, as `infrastructure/analytics` has them for Athena: the same text runs
/// here.
struct Catalogue: Sendable {
  /// The record's columns, without the partition `dt`.
  let record: [Column]
  /// The views, each behind those that it reads.
  let views: [View]

  /// A column of the record.
  struct Column: Decodable, Sendable {
    /// As in the record's JSON.
    var name: String
    /// Its type in Trino.
    var trino: String
    /// Its type in DuckDB.
    var duckdb: String

    /// The type as DuckDB's `json_transform` has it: `"bigint"`, `["varchar"]`, `[{"name":"varchar"}]`.
    var structure: String {
      guard duckdb.hasSuffix("[]") else { return "\"\(duckdb)\"" }
      let element = duckdb.dropLast(2)
      guard element.hasPrefix("STRUCT("), element.hasSuffix(")") else { return "[\"\(element)\"]" }
      let fields = element.dropFirst("STRUCT(".count).dropLast().split(separator: ", ").map { field in
        let parts = field.split(separator: " ", maxSplits: 1)
        return "\"\(parts[0])\":\"\(parts.last ?? "")\""
      }
      return "[{\(fields.joined(separator: ","))}]"
    }
  }

  private struct Document: Decodable {
    var record: [Column]
    var order: [String]
  }

  /// - Throws: `ReportError.damagedCatalogue`, which a test of the build would have found.
  init() throws(ReportError) {
    guard let document = try? JSONDecoder().decode(Document.self, from: Data(PackageResources.catalogue_json)) else {
      throw .damagedCatalogue
    }
    record = document.record
    views = document.order.compactMap { name in
      Self.texts[name].map { View(name: name, sql: String(decoding: $0, as: UTF8.self)) }
    }
    guard views.count == document.order.count else { throw .damagedCatalogue }
  }

  /// What makes Trino's functions known to DuckDB.
  static var prelude: String { String(decoding: PackageResources.prelude_sql, as: UTF8.self) }

  /// The views' texts, built in.
  private static let texts: [String: [UInt8]] = [
    "cameras": PackageResources.cameras_sql,
    "colours": PackageResources.colours_sql,
    "compression": PackageResources.compression_sql,
    "daily_volume": PackageResources.daily_volume_sql,
    "duplicates": PackageResources.duplicates_sql,
    "errors": PackageResources.errors_sql,
    "formats": PackageResources.formats_sql,
    "images": PackageResources.images_sql,
    "latency": PackageResources.latency_sql,
    "metadata_all": PackageResources.metadata_all_sql,
    "near_duplicates": PackageResources.near_duplicates_sql,
    "purge_audit": PackageResources.purge_audit_sql,
    "renditions": PackageResources.renditions_sql,
    "sizes": PackageResources.sizes_sql,
  ]
}

/// A view: a question in SQL.
public struct View: Sendable {
  /// Its name in Athena and here.
  public let name: String
  /// A SELECT in Athena's SQL.
  let sql: String

  /// What the view answers: the first line of its text.
  public var question: String {
    let line = sql.prefix { $0 != "\n" }
    return line.hasPrefix("-- ") ? String(line.dropFirst(3)) : String(line)
  }

  /// How a report sorts the view's rows; a view itself has no order.
  var order: String {
    switch name {
    case "daily_volume", "purge_audit", "metadata_all": "dt, 2"
    case "sizes": "size"
    case "latency": "compute"
    case "compression": "name, format"
    case "duplicates": "copies DESC, sha256"
    case "near_duplicates": "differing_bits, raw_key, other_key"
    case "images": "uploaded_at DESC, raw_key"
    case "renditions": "uploaded_at DESC, raw_key, name"
    default: "images DESC, 1, 2"
    }
  }
}
