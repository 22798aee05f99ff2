/// The header fields of a message, in order.
///
/// Names compare without regard to ASCII case (RFC 9110, 5.1).
package struct HTTPFields: Sendable, Equatable {
  package struct Field: Sendable, Equatable {
    package var name: String
    package var value: String
  }

  package var fields: [Field] = []

  package init() {}

  /// The first value with this name; nil when it is absent or empty, which servers use alike.
  package subscript(_ name: String) -> String? {
    for field in fields where HTTPFields.equal(field.name, name) {
      return field.value.isEmpty ? nil : field.value
    }
    return nil
  }

  package mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  package static func equal(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lowercase($0) == lowercase($1) }
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }
}
