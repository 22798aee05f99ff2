/// Holds a row against the record's columns before the engine sees it, because one value of a wrong type would end the
/// whole report there, with a message that names no row.
struct RowCheck: Sendable {
  /// Larger rows are not looked at: the record's bounded texts and a recipe's renditions come nowhere near.
  static let largestRow = 1 << 20
  /// Those without which no view could place the row.
  private static let required = [
    "schema_version", "image_id", "raw_bucket", "uploaded_at", "purge_after", "status", "processed_at",
  ]
  private let columns: RowColumns

  init(_ columns: [Catalogue.Column]) {
    self.columns = RowColumns(
      columns.map { column in
        RowColumns.Column(
          name: column.name, type: RowColumns.type(ofColumn: column.name, trino: column.trino),
          isRequired: Self.required.contains(column.name))
      } + [RowColumns.Column(name: "dt", type: .fromKey)])
  }

  /// Appends the row as a line for the engine, with its day put in.
  /// - Parameters:
  ///   - bytes: The object's bytes.
  ///   - day: The value of `dt`, from the key.
  ///   - lines: Where the line goes; nothing is appended where the row is wrong.
  /// - Throws: `RowFault` that says what is wrong.
  func append(_ bytes: [UInt8], day: String, to lines: inout [UInt8]) throws(RowFault) {
    var scanner = JSONScanner(bytes)
    let contents: Range<Int>
    do {
      let value = try scanner.value()
      guard case .object = value else {
        try scanner.skipContents(of: value)
        try scanner.end()
        throw RowFault("is not a JSON object")
      }
      let start = scanner.position
      try columns.checkMembers(&scanner)
      contents = start..<scanner.position
      try scanner.end()
    } catch let fault as RowFault {
      throw fault
    } catch {
      throw RowFault("is not JSON")
    }
    lines.append(contentsOf: "{\"dt\":\"\(day)\",".utf8)
    let start = lines.count
    lines.append(contentsOf: bytes[contents])
    if scanner.hasLineEnds {
      // Between values of JSON, a line's end is as good as a space; inside of a text it cannot stand.
      for place in start..<lines.count where lines[place] == UInt8(ascii: "\n") || lines[place] == UInt8(ascii: "\r") {
        lines[place] = UInt8(ascii: " ")
      }
    }
    lines.append(UInt8(ascii: "\n"))
  }
}

/// What is wrong with one row.
struct RowFault: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
