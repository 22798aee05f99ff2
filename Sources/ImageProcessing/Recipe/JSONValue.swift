/// Any JSON value, for input whose faults are to be named one by one instead of ending at the first.
enum JSONValue: Decodable {
  case object([String: JSONValue])
  case array([JSONValue])
  case string(String)
  case number(Double)
  case boolean(Bool)
  case null

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let boolean = try? value.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let string = try? value.decode(String.self) {
      self = .string(string)
    } else if let array = try? value.decode([JSONValue].self) {
      self = .array(array)
    } else {
      self = .object(try value.decode([String: JSONValue].self))
    }
  }

  /// What it is, for a fault's sentence.
  var summary: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string(let string): "\"\(string.prefix(40))\""
    case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
    case .boolean(let boolean): String(boolean)
    case .null: "null"
    }
  }
}
