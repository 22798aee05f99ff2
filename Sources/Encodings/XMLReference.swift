/// What stands between `&` and `;` in XML without a document type (XML 1.0, 4.1 and 4.6).
package enum XMLReference {
  /// The longest one, `#x10FFFF`, with its `&` and `;`.
  package static let maxLength = 10

  /// The character that a reference is for: one of XML's own five names, or a number.
  ///
  /// Nil for other names, and for numbers of no character. A number has digits only: Swift's `UInt32(_:radix:)` would
  /// take a sign, too.
  package static func character(_ name: some Collection<UInt8>) -> Unicode.Scalar? {
    guard name.first == UInt8(ascii: "#") else {
      switch String(decoding: name, as: UTF8.self) {
      case "amp": return "&"
      case "lt": return "<"
      case "gt": return ">"
      case "quot": return "\""
      case "apos": return "'"
      default: return nil
      }
    }
    var digits = name.dropFirst()
    let isHexadecimal = digits.first == UInt8(ascii: "x")
    if isHexadecimal { digits = digits.dropFirst() }
    guard (1...7).contains(digits.count) else { return nil }
    var number: UInt32 = 0
    for digit in digits {
      guard let value = Hexadecimal.value(of: digit), isHexadecimal || value < 10 else { return nil }
      number = number * (isHexadecimal ? 16 : 10) + UInt32(value)
    }
    return number == 0 ? nil : Unicode.Scalar(number)
  }
}
