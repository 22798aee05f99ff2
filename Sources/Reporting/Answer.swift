import FoundationEssentials

/// What the engine answers to one question: columns in order, and rows.
public struct Answer: Sendable, Equatable {
  /// A column: its name, and its type in DuckDB.
  public struct Column: Sendable, Equatable {
    /// As the question names it.
    public var name: String
    /// Such as `VARCHAR`, `BIGINT`, `DOUBLE`.
    public var type: String

    /// Whether its values are numbers, which tables put to the right.
    public var isNumeric: Bool {
      ["BIGINT", "INTEGER", "DOUBLE", "HUGEINT", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER", "FLOAT"].contains(type)
        || type.hasPrefix("DECIMAL")
    }
  }

  /// A value of a row.
  public enum Value: Sendable, Equatable {
    /// SQL's NULL.
    case null
    /// A truth value.
    case boolean(Bool)
    /// A whole number.
    case integer(Int64)
    /// A number.
    case double(Double)
    /// A text, or what has no other form in JSON: dates, times, numbers beyond 64 bits.
    case text(String)
    /// A list.
    case list([Value])
    /// A row inside of a row.
    case row([String: Value])
  }

  /// In the question's order.
  public var columns: [Column]
  /// Each with a value for each column.
  public var rows: [[Value]]

  /// The values of a column, by name; empty where there is none of that name.
  func values(_ name: String) -> [Value] {
    guard let index = columns.firstIndex(where: { $0.name == name }) else { return [] }
    return rows.map { $0[index] }
  }

  /// A column's numbers, 0 for what is none.
  func numbers(_ name: String) -> [Double] { values(name).map { $0.number ?? 0 } }

  /// A column's texts, as a person reads them.
  func texts(_ name: String) -> [String] { values(name).map(\.text) }
}

extension Answer.Value {
  /// The value as a number, where it is one.
  public var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .double(let value): value
    // Whole numbers beyond 64 bits come as text.
    case .text(let text): Double(text)
    default: nil
    }
  }

  /// The value as a person reads it: NULL as nothing, numbers with at most four significant fractional digits.
  public var text: String {
    switch self {
    case .null: ""
    case .boolean(let value): value ? "yes" : "no"
    case .integer(let value): String(value)
    case .double(let value): Self.text(of: value)
    case .text(let text): text
    case .list(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
    case .row(let fields):
      "{" + fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
    }
  }

  private static func text(of value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    var scale = 1.0
    while abs(value) * scale < 1000, scale < 1e6 { scale *= 10 }
    return String((value * scale).rounded() / scale)
  }
}

extension Answer.Value: Codable {
  /// Takes any JSON value for what it is; whole numbers become integers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let values = try? container.decode([Self].self) {
      self = .list(values)
    } else {
      self = .row(try container.decode([String: Self].self))
    }
  }

  /// Gives the JSON value that it was made of.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .row(let fields): try container.encode(fields)
    }
  }
}
