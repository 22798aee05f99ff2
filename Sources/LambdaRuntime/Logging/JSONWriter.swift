/// Writes JSON (RFC 8259) on one line: what this module says is small, and Foundation is not linked for it.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  private let isASCII: Bool
  private var needsComma = false

  /// - Parameter isASCII: write `\u` escapes for everything beyond ASCII, as header values need.
  package init(isASCII: Bool = false) {
    self.isASCII = isASCII
  }

  /// The text so far.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package mutating func object(_ members: (inout JSONWriter) -> Void) { nested("{", members, "}") }

  package mutating func array(_ elements: (inout JSONWriter) -> Void) { nested("[", elements, "]") }

  /// Starts an object's member; its value is to be written next.
  package mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  package mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  /// Writes the member unless there is no value for it.
  package mutating func member(ifAny name: String, _ value: String?) {
    if let value { member(name, value) }
  }

  package mutating func member(_ name: String, _ value: Int64) {
    key(name)
    raw(String(value))
  }

  /// A number; JSON knows no infinity and no NaN, which become null.
  package mutating func member(_ name: String, _ value: Double) {
    key(name)
    number(value)
  }

  package mutating func number(_ value: Double) { raw(value.isFinite ? "\(value)" : "null") }

  package mutating func member(_ name: String, _ value: Bool) {
    key(name)
    raw(value ? "true" : "false")
  }

  /// A value that is JSON already.
  package mutating func raw(_ json: String) {
    separate()
    bytes.append(contentsOf: json.utf8)
  }

  package mutating func string(_ text: String) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    if isASCII {
      for unit in text.utf16 {
        if unit < 0x7F { append(ascii: UInt8(unit)) } else { escape(unit) }
      }
    } else {
      for byte in text.utf8 {
        if byte < 0x80 { append(ascii: byte) } else { bytes.append(byte) }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func append(ascii byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"):
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(byte)
    case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
    case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
    case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
    case ..<0x20, 0x7F: escape(UInt16(byte))
    default: bytes.append(byte)
    }
  }

  private mutating func escape(_ unit: UInt16) {
    bytes.append(contentsOf: "\\u".utf8)
    for shift in [12, 8, 4, 0] { bytes.append(hexDigit(UInt8(unit >> UInt16(shift) & 0xF))) }
  }

  private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private mutating func nested(_ open: String, _ content: (inout JSONWriter) -> Void, _ close: String) {
    separate()
    bytes.append(contentsOf: open.utf8)
    needsComma = false
    content(&self)
    bytes.append(contentsOf: close.utf8)
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }
}
