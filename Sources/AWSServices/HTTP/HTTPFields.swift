/// Header fields in the order in which they were given.
///
/// Names compare without regard to case (RFC 9110, section 5.1).
package struct HTTPFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// One header.
  package struct Field: Sendable, Equatable {
    /// As it was given.
    package var name: String
    /// As it was given, or as it came without the spaces around it.
    package var value: String
  }

  /// All of them; a name may be there more than once.
  package private(set) var fields: [Field] = []

  /// No fields.
  package init() {}

  /// The fields of a literal, in its order; a name may be there more than once.
  package init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// The first value under a name; setting replaces all of them, and nil removes them.
  package subscript(name: String) -> String? {
    get { fields.first { Self.equal($0.name, name) }?.value }
    set {
      fields.removeAll { Self.equal($0.name, name) }
      if let newValue { append(name, newValue) }
    }
  }

  /// Adds a field, whether there is one of that name or not.
  package mutating func append(_ name: String, _ value: String) {
    fields.append(Field(name: name, value: value))
  }

  /// The fields of both, those of the left first.
  package static func + (left: HTTPFields, right: HTTPFields) -> HTTPFields {
    var sum = left
    sum.fields += right.fields
    return sum
  }

  private static func equal(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count && zip(a.utf8, b.utf8).allSatisfy { lowerCase($0) == lowerCase($1) }
  }

  private static func lowerCase(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
