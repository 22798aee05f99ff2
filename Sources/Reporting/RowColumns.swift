import Encodings

/// The columns that an object may have, and what each may hold; of others nothing is asked but that they are JSON.
struct RowColumns: Sendable {
  struct Column: Sendable {
    var name: String
    var type: ValueType
    var isRequired = false
  }

  indirect enum ValueType: Sendable {
    case text, time, int32, int64, number, boolean
    case hexadecimal(digits: Int, hasMark: Bool)
    case list(ValueType)
    case row(RowColumns)
    /// The object's key says it, and a second word on it is none of the row's.
    case fromKey
  }

  private let columns: [Column]
  private let names: [[UInt8]]
  private let places: [[UInt8]: Int]

  init(_ columns: [Column]) {
    self.columns = columns
    names = columns.map { Array($0.name.utf8) }
    places = Dictionary(zip(names, names.indices)) { first, _ in first }
  }

  /// What the column may hold: by its type in Trino, and for some by what the views make of it.
  static func type(ofColumn name: String, trino: String) -> ValueType {
    switch name {
    case "uploaded_at", "purge_after", "processed_at": .time
    case "dhash": .hexadecimal(digits: 16, hasMark: false)
    case "dominant_hex": .hexadecimal(digits: 6, hasMark: true)
    default: type(trino: trino)
    }
  }

  private static func type(trino: String) -> ValueType {
    func inner(of outer: String) -> String? {
      trino.hasPrefix(outer + "(") ? String(trino.dropFirst(outer.count + 1).dropLast()) : nil
    }
    if let element = inner(of: "array") { return .list(type(trino: element)) }
    if let fields = inner(of: "row") {
      return .row(
        RowColumns(
          fields.split(separator: ", ").map { field in
            let parts = field.split(separator: " ", maxSplits: 1).map(String.init)
            return Column(name: parts[0], type: type(trino: parts.last ?? ""))
          }))
    }
    return switch trino {
    case "integer": .int32
    case "bigint": .int64
    case "double": .number
    case "boolean": .boolean
    default: .text
    }
  }

  /// Goes through an object that has been opened, to its end.
  /// - Throws: `RowFault` for a value that its column cannot hold, `JSONScanner.Malformed`.
  func checkMembers(_ scanner: inout JSONScanner) throws {
    var seen = [Bool](repeating: false, count: columns.count)
    var (isFirst, expected) = (true, 0)
    while let name = try scanner.name(isFirst: isFirst) {
      isFirst = false
      let value = try scanner.value()
      guard let place = place(of: name, in: scanner, after: expected) else {
        try scanner.skipContents(of: value)
        continue
      }
      expected = place + 1
      // The engine would end at a second one, even at two of null.
      guard !seen[place] else { throw RowFault("\(columns[place].name) is there twice") }
      seen[place] = true
      if case .null = value {
        if columns[place].isRequired { throw RowFault("\(columns[place].name) is missing") }
      } else {
        do {
          try columns[place].type.check(value, &scanner)
        } catch let fault as RowFault {
          throw RowFault(columns[place].name + fault.description)
        }
      }
    }
    for (place, column) in columns.enumerated() where column.isRequired && !seen[place] {
      throw RowFault("\(column.name) is missing")
    }
  }

  /// Which column has the name.
  ///
  /// Rows have much the same order as the columns or one another.
  private func place(of name: JSONScanner.Text, in scanner: JSONScanner, after expected: Int) -> Int? {
    if name.hasEscapes { return places[scanner.unescaped(name)] }
    if expected < names.count, scanner.isEqual(name, names[expected]) { return expected }
    return places[Array(scanner.bytes[name.range])]
  }
}

extension RowColumns.ValueType {
  /// Holds a value against the type.
  /// - Throws: `RowFault`, to be read after the value's name.
  fileprivate func check(_ value: JSONScanner.Value, _ scanner: inout JSONScanner) throws {
    switch (self, value) {
    case (.text, .text), (.boolean, .boolean): return
    case (.int32, .number(let range, let isPlain)):
      try check(Int32.self, scanner.bytes[range], isPlain: isPlain)
    case (.int64, .number(let range, let isPlain)):
      try check(Int64.self, scanner.bytes[range], isPlain: isPlain)
    case (.number, .number(let range, let isPlain)):
      // Fewer than 300 digits are finite.
      guard isPlain && range.count < 300 || Self.double(scanner.bytes[range])?.isFinite == true else {
        throw Self.tooLarge
      }
    case (.time, .text(let text)):
      let time = scanner.string(text)
      guard time.utf8.count == 24, time.utf8.last == UInt8(ascii: "Z"), RFC3339.unixMilliseconds(time) != nil else {
        throw RowFault(" is not a time such as 2026-11-26T12:00:00.000Z")
      }
    case (.hexadecimal(let count, let hasMark), .text(let text)):
      let digits = scanner.unescaped(text)[...]
      guard Self.isHexadecimal(hasMark ? digits.dropFirst() : digits, count),
        !hasMark || digits.first == UInt8(ascii: "#")
      else { throw RowFault(" is not \(hasMark ? "# and " : "")\(count) hex digits") }
    case (.list(let element), .array):
      var place = 0
      while try scanner.hasElement(isFirst: place == 0) {
        do {
          try element.check(scanner.value(), &scanner)
        } catch let fault as RowFault {
          throw RowFault("[\(place)]\(fault)")
        }
        place += 1
      }
    case (.row(let columns), .object):
      do { try columns.checkMembers(&scanner) } catch let fault as RowFault { throw RowFault(".\(fault)") }
    case (.fromKey, _): throw RowFault(" is not the row's to say: its key does")
    default: throw RowFault(" is not of its type: expected \(description), found \(value.description)")
    }
  }

  private func check<Integer: FixedWidthInteger>(
    _: Integer.Type, _ digits: ArraySlice<UInt8>, isPlain: Bool
  ) throws(RowFault) {
    // Nine digits fit 32 bits, whatever their sign; 18 fit 64.
    if isPlain && digits.count <= (Integer.bitWidth == 32 ? 9 : 18) { return }
    let fits =
      isPlain
      ? Integer(String(decoding: digits, as: UTF8.self)) != nil
      : Self.double(digits).flatMap(Integer.init(exactly:)) != nil
    if !fits { throw Self.tooLarge }
  }

  private static func double(_ digits: ArraySlice<UInt8>) -> Double? { Double(String(decoding: digits, as: UTF8.self)) }

  private static let tooLarge = RowFault(" holds a number that does not fit its type")

  private static func isHexadecimal(_ digits: ArraySlice<UInt8>, _ count: Int) -> Bool {
    digits.count == count
      && digits.allSatisfy { (48...57).contains($0) || (97...102).contains($0) || (65...70).contains($0) }
  }

  /// As an error has it.
  private var description: String {
    switch self {
    case .text, .time, .hexadecimal, .fromKey: "a text"
    case .int32, .int64: "a whole number"
    case .number: "a number"
    case .boolean: "true or false"
    case .list: "an array"
    case .row: "an object"
    }
  }
}

extension JSONScanner.Value {
  /// As an error has it.
  fileprivate var description: String {
    switch self {
    case .null: "null"
    case .boolean: "true or false"
    case .number: "a number"
    case .text: "a text"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
