/// Percent-encoding (RFC 3986, section 2.1), with upper-case digits.
public enum PercentEncoding {
  /// Encodes a query name or value, or a single path segment: all but RFC 3986's unreserved characters.
  public static func component(_ text: String) -> String { encode(text, keeping: "-_.~") }

  /// Encodes a path, whose slashes stay.
  public static func path(_ text: String) -> String { encode(text, keeping: "-_.~/") }

  /// Encodes a path as HTML forms do (`application/x-www-form-urlencoded`), a space as `+`: how S3 writes object keys
  /// in its notifications.
  public static func formPath(_ text: String) -> String { encode(text, keeping: "-_.*/", plusIsSpace: true) }

  /// Turns `%XX` back into bytes, and `+` into a space where `plusIsSpace`.
  /// - Returns: nil when the result is not UTF-8 or a `%` is not followed by two hexadecimal digits.
  public static func decode(_ text: String, plusIsSpace: Bool) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      // In one pass: `%2B` is a plus that stays one.
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(Hexadecimal.value),
          let low = rest.popFirst().flatMap(Hexadecimal.value)
        else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// - Parameter marks: what stays beside ASCII letters and digits.
  private static func encode(_ text: String, keeping marks: String, plusIsSpace: Bool = false) -> String {
    var encoded: [UInt8] = []
    encoded.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        encoded.append(byte)
      case _ where marks.utf8.contains(byte): encoded.append(byte)
      case UInt8(ascii: " ") where plusIsSpace: encoded.append(UInt8(ascii: "+"))
      default:
        encoded.append(UInt8(ascii: "%"))
        encoded.append(Hexadecimal.digit(byte >> 4, ten: UInt8(ascii: "A")))
        encoded.append(Hexadecimal.digit(byte & 15, ten: UInt8(ascii: "A")))
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
