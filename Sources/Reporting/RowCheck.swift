import Encodings
import FoundationEssentials

/// Holds a row against the record's columns before the engine sees it, because one value of a wrong type would end the
/// whole report there, with a message that names no row.
struct RowCheck: Sendable {
  /// Larger rows are not looked at: the record's bounded texts and a recipe's renditions come nowhere near.
  static let largestRow = 1 << 20
  private let columns: [Column]

  private struct Column: Sendable {
    enum Kind: Sendable {
      case text, texts, time, digits(Int, afterMark: Bool), int32, int64, number, boolean, renditions
    }
    var key: Key
    var kind: Kind
    var isRequired: Bool
  }

  private struct Key: CodingKey, Sendable {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(_ columns: [Catalogue.Column]) {
    // Those without which no view could place the row.
    let required = ["schema_version", "image_id", "raw_bucket", "uploaded_at", "purge_after", "status", "processed_at"]
    self.columns = columns.map { column in
      let kind: Column.Kind
      switch (column.name, column.trino) {
      case ("uploaded_at", _), ("purge_after", _), ("processed_at", _): kind = .time
      case ("dhash", _): kind = .digits(16, afterMark: false)
      case ("dominant_hex", _): kind = .digits(6, afterMark: true)
      case (_, "integer"): kind = .int32
      case (_, "bigint"): kind = .int64
      case (_, "double"): kind = .number
      case (_, "boolean"): kind = .boolean
      case (_, "varchar"): kind = .text
      case (_, "array(varchar)"): kind = .texts
      default: kind = .renditions
      }
      return Column(key: Key(stringValue: column.name), kind: kind, isRequired: required.contains(column.name))
    }
  }

  /// The row as a line for the engine, with its day put in.
  /// - Parameters:
  ///   - bytes: The object's bytes.
  ///   - day: The value of `dt`, from the key.
  /// - Throws: `RowFault` that says what is wrong.
  func line(_ bytes: [UInt8], day: String) throws(RowFault) -> [UInt8] {
    do {
      _ = try JSONDecoder().decode(Checked.self, from: Data(bytes), configuration: columns)
    } catch let fault as RowFault {
      throw fault
    } catch let DecodingError.typeMismatch(_, context) {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw RowFault(path.isEmpty ? "is not a JSON object" : "\(path) is not of its type: \(context.debugDescription)")
    } catch {
      throw RowFault("is not JSON")
    }
    // Between values of JSON, a line's end is as good as a space; inside of a text it cannot stand.
    let text = bytes.map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
    guard let brace = text.firstIndex(of: UInt8(ascii: "{")) else { throw RowFault("is not a JSON object") }
    return Array("{\"dt\":\"\(day)\",".utf8) + text[(brace + 1)...] + [UInt8(ascii: "\n")]
  }

  /// A row that has been looked at.
  private struct Checked: DecodableWithConfiguration {
    init(from decoder: any Decoder, configuration columns: [Column]) throws {
      let row = try decoder.container(keyedBy: Key.self)
      for column in columns {
        do {
          try RowCheck.look(at: column, in: row)
        } catch let error where !(error is RowFault || error is DecodingError) {
          // Of a number out of range, the decoder does not say where it stands.
          throw RowFault("\(column.key.stringValue) holds a number that does not fit its type")
        }
      }
    }
  }

  private static func look(at column: Column, in row: KeyedDecodingContainer<Key>) throws {
    let isThere: Bool
    switch column.kind {
    case .text: isThere = try row.decodeIfPresent(String.self, forKey: column.key) != nil
    case .texts: isThere = try row.decodeIfPresent([String].self, forKey: column.key) != nil
    case .int32: isThere = try row.decodeIfPresent(Int32.self, forKey: column.key) != nil
    case .int64: isThere = try row.decodeIfPresent(Int64.self, forKey: column.key) != nil
    case .number: isThere = try row.decodeIfPresent(Double.self, forKey: column.key) != nil
    case .boolean: isThere = try row.decodeIfPresent(Bool.self, forKey: column.key) != nil
    case .renditions: isThere = try row.decodeIfPresent([Rendition].self, forKey: column.key) != nil
    case .time:
      let text = try row.decodeIfPresent(String.self, forKey: column.key)
      isThere = text != nil
      if let text, text.utf8.count != 24 || !text.hasSuffix("Z") || RFC3339.unixMilliseconds(text) == nil {
        throw RowFault("\(column.key.stringValue) is not a time such as 2026-11-26T12:00:00.000Z")
      }
    case .digits(let count, let isMarked):
      let text = try row.decodeIfPresent(String.self, forKey: column.key)
      isThere = text != nil
      if let text, !isHexadecimal(text.utf8.dropFirst(isMarked ? 1 : 0), count) || isMarked && !text.hasPrefix("#") {
        throw RowFault("\(column.key.stringValue) is not \(isMarked ? "# and " : "")\(count) hex digits")
      }
    }
    if column.isRequired && !isThere { throw RowFault("\(column.key.stringValue) is missing") }
  }

  private static func isHexadecimal(_ digits: Substring.UTF8View, _ count: Int) -> Bool {
    digits.count == count
      && digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) || (65...70).contains($0) }
  }

  private struct Rendition: Decodable {
    var name: String?
    var key: String?
    var format: String?
    var width: Int32?
    var height: Int32?
    var bytes: Int64?
  }
}

/// What is wrong with one row.
struct RowFault: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
