/// Reads the fields of one JSON object, notes every fault with its place, and finds the fields nobody asked for.
struct FieldReader {
  /// The place of the object, such as `renditions[1]`; empty at the top.
  let place: String
  private let fields: [String: JSONValue]
  private var known: Set<String> = []
  private(set) var faults: [String] = []

  init(_ value: JSONValue, at place: String) {
    self.place = place
    if case .object(let fields) = value {
      self.fields = fields
    } else {
      fields = [:]
      faults = ["\(place.isEmpty ? "the recipe" : place): \(value.summary) where an object belongs"]
    }
  }

  mutating func fault(_ name: String, _ what: String) {
    faults.append("\(place.isEmpty ? "" : place + ".")\(name): \(what)")
  }

  private mutating func value(_ name: String) -> JSONValue? {
    known.insert(name)
    if case .null? = fields[name] { return nil }
    return fields[name]
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = value(name) else { return nil }
    guard case .number(let number) = value, let integer = Int(exactly: number) else {
      fault(name, "\(value.summary) where a whole number from \(range.lowerBound) to \(range.upperBound) belongs")
      return nil
    }
    guard range.contains(integer) else {
      fault(name, "\(integer) is outside \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return integer
  }

  mutating func boolean(_ name: String) -> Bool? {
    guard let value = value(name) else { return nil }
    guard case .boolean(let boolean) = value else {
      fault(name, "\(value.summary) where true or false belongs")
      return nil
    }
    return boolean
  }

  mutating func string(_ name: String) -> String? {
    guard let value = value(name) else { return nil }
    guard case .string(let string) = value else {
      fault(name, "\(value.summary) where a string belongs")
      return nil
    }
    return string
  }

  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, of _: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    guard let string = string(name) else { return nil }
    if let choice = Choice(rawValue: string) { return choice }
    fault(
      name,
      "\"\(string.prefix(40))\" is none of \(Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))")
    return nil
  }

  mutating func array(_ name: String) -> [JSONValue]? {
    guard let value = value(name) else { return nil }
    guard case .array(let array) = value else {
      fault(name, "\(value.summary) where an array belongs")
      return nil
    }
    return array
  }

  mutating func object(_ name: String) -> FieldReader? {
    value(name).map { FieldReader($0, at: place.isEmpty ? name : "\(place).\(name)") }
  }

  /// All faults, with one for every field that was not asked for: a misspelt name must not pass for a default.
  func finished() -> [String] {
    let strangers = fields.keys.filter { !known.contains($0) }.sorted()
    return faults
      + strangers.map {
        "\(place.isEmpty ? "" : place + ".")\($0): no such field; there are \(known.sorted().joined(separator: ", "))"
      }
  }
}
