/// Bytes as hexadecimal digits, two a byte (RFC 4648, section 8).
public enum Hexadecimal {
  /// Writes bytes in lower-case digits: how digests stand in ETags, keys and signatures.
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.underestimatedCount)
    for byte in bytes {
      text.append(digit(byte >> 4, ten: UInt8(ascii: "a")))
      text.append(digit(byte & 15, ten: UInt8(ascii: "a")))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads pairs of digits in either case; nil for an odd number of them, and for what is not a digit.
  ///
  /// Swift's own `UInt8(_:radix:)` takes signs, too: `+f` would be 15.
  public static func decode(_ digits: some Collection<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var rest = digits[...]
    while let high = rest.popFirst(), let low = rest.popFirst() {
      guard let high = value(of: high), let low = value(of: low) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  /// The digit of a value of 0 to 15.
  /// - Parameter ten: the digit of 10: `a` or `A`.
  static func digit(_ value: UInt8, ten: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : ten + (value - 10) }

  /// The value of a digit in either case; nil for any other character.
  static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
