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
