/// Goes through a JSON text (RFC 8259) byte by byte, and finds every fault that a strict reader would find later.
///
/// It makes nothing of what it reads: the caller gets ranges of bytes. A value is either whole, or the opening of an
/// array or object, whose contents the caller asks for.
struct JSONScanner {
  /// A value, or the beginning of one.
  enum Value {
    case null, boolean, array, object
    /// - Parameter isPlain: It has digits and a sign only: neither a fraction nor an exponent.
    case number(Range<Int>, isPlain: Bool)
    case text(Text)
  }

  /// A text between its quotes, as it is written.
  struct Text {
    var range: Range<Int>
    var hasEscapes: Bool
  }

  /// The text is not JSON.
  struct Malformed: Error {}

  /// As deep as arrays and objects may lie in one another, before they are called malformed.
  private static let deepest = 512

  let bytes: [UInt8]
  /// Whether there have been line ends so far, which can stand between values only.
  private(set) var hasLineEnds = false
  /// How many bytes have been taken.
  private(set) var position = 0
  private var depth = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Takes the next value, or the opening of an array or object.
  mutating func value() throws(Malformed) -> Value {
    skipSpace()
    switch peek {
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth < Self.deepest else { throw Malformed() }
      depth += 1
      position += 1
      return bytes[position - 1] == UInt8(ascii: "{") ? .object : .array
    case UInt8(ascii: "t"): return try word("true", .boolean)
    case UInt8(ascii: "f"): return try word("false", .boolean)
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  /// Takes the next name of an object with its colon; nil at the object's end, which is taken too.
  /// - Parameter isFirst: Whether it is asked for right after the object's opening.
  mutating func name(isFirst: Bool) throws(Malformed) -> Text? {
    guard try isMore(isFirst: isFirst, until: UInt8(ascii: "}")) else { return nil }
    skipSpace()
    let name = try text()
    skipSpace()
    try take(UInt8(ascii: ":"))
    return name
  }

  /// Whether an array has one more element, which is then to be taken; its end is taken.
  /// - Parameter isFirst: Whether it is asked for right after the array's opening.
  mutating func hasElement(isFirst: Bool) throws(Malformed) -> Bool {
    try isMore(isFirst: isFirst, until: UInt8(ascii: "]"))
  }

  /// Goes past what a value holds.
  mutating func skipContents(of value: Value) throws(Malformed) {
    var isFirst = true
    switch value {
    case .null, .boolean, .number, .text: return
    case .array:
      while try hasElement(isFirst: isFirst) {
        isFirst = false
        try skipContents(of: self.value())
      }
    case .object:
      while try name(isFirst: isFirst) != nil {
        isFirst = false
        try skipContents(of: self.value())
      }
    }
  }

  /// Makes sure that nothing but space is left.
  mutating func end() throws(Malformed) {
    skipSpace()
    guard position == bytes.count else { throw Malformed() }
  }

  /// Whether a text, which has no escapes, is made of these bytes.
  func isEqual(_ text: Text, _ other: [UInt8]) -> Bool {
    guard text.range.count == other.count else { return false }
    for place in other.indices where bytes[text.range.lowerBound + place] != other[place] { return false }
    return true
  }

  /// A text that has been scanned, with its escapes resolved.
  func string(_ text: Text) -> String {
    text.hasEscapes
      ? String(decoding: unescaped(text), as: UTF8.self) : String(decoding: bytes[text.range], as: UTF8.self)
  }

  /// The UTF-8 of a text that has been scanned, so that every escape is whole.
  func unescaped(_ text: Text) -> [UInt8] {
    guard text.hasEscapes else { return Array(bytes[text.range]) }
    var result: [UInt8] = []
    var place = text.range.lowerBound
    while place < text.range.upperBound {
      guard bytes[place] == UInt8(ascii: "\\") else {
        result.append(bytes[place])
        place += 1
        continue
      }
      let escape = bytes[place + 1]
      guard escape == UInt8(ascii: "u") else {
        result.append(Self.escapes[escape] ?? escape)
        place += 2
        continue
      }
      var code = UInt32(hexadecimal(at: place + 2) ?? 0)
      place += 6
      if (0xD800..<0xDC00).contains(code) {
        code = 0x10000 + (code - 0xD800) << 10 + (UInt32(hexadecimal(at: place + 2) ?? 0) & 0x3FF)
        place += 6
      }
      result += String(Character(Unicode.Scalar(code) ?? "\u{FFFD}")).utf8
    }
    return result
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13,
  ]
}

// MARK: Grammar

extension JSONScanner {
  /// 0, which stands nowhere in JSON, at the end.
  private var peek: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private mutating func take(_ byte: UInt8) throws(Malformed) {
    guard peek == byte else { throw Malformed() }
    position += 1
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): break
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): hasLineEnds = true
      default: return
      }
      position += 1
    }
  }

  private mutating func isMore(isFirst: Bool, until end: UInt8) throws(Malformed) -> Bool {
    skipSpace()
    if peek == end {
      position += 1
      depth -= 1
      return false
    }
    if !isFirst { try take(UInt8(ascii: ",")) }
    return true
  }

  private mutating func word(_ word: StaticString, _ value: Value) throws(Malformed) -> Value {
    for byte in 0..<word.utf8CodeUnitCount { try take(word.withUTF8Buffer { $0[byte] }) }
    return value
  }

  private mutating func number() throws(Malformed) -> Value {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "0") { position += 1 } else { try digits() }
    let whole = position
    if peek == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if peek | 0x20 == UInt8(ascii: "e") {
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    return .number(start..<position, isPlain: position == whole)
  }

  private mutating func digits() throws(Malformed) {
    let start = position
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek) { position += 1 }
    guard position > start else { throw Malformed() }
  }

  private mutating func text() throws(Malformed) -> Text {
    try take(UInt8(ascii: "\""))
    let start = position
    var (hasEscapes, isASCII) = (false, true)
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let range = start..<position
        guard isASCII || String(validating: bytes[range], as: UTF8.self) != nil else { throw Malformed() }
        position += 1
        return Text(range: range, hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        try escape()
      case ..<0x20: throw Malformed()
      case 0x80...:
        isASCII = false
        position += 1
      default: position += 1
      }
    }
    throw Malformed()
  }

  private mutating func escape() throws(Malformed) {
    position += 1
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 1
    case UInt8(ascii: "u"):
      guard let code = hexadecimal(at: position + 1) else { throw Malformed() }
      position += 5
      guard (0xD800..<0xE000).contains(code) else { return }
      // The first half of a pair, and its second right behind it.
      guard code < 0xDC00, peek == UInt8(ascii: "\\"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: "u"), let low = hexadecimal(at: position + 2),
        (0xDC00..<0xE000).contains(low)
      else { throw Malformed() }
      position += 6
    default: throw Malformed()
    }
  }

  /// The number that four hex digits make; nil where there are not four.
  private func hexadecimal(at place: Int) -> UInt16? {
    guard place + 4 <= bytes.count else { return nil }
    var code: UInt16 = 0
    for byte in bytes[place..<place + 4] {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
      default: return nil
      }
      code = code << 4 | UInt16(digit)
    }
    return code
  }
}
