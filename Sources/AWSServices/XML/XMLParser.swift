import Encodings

// Why: docs/decisions/0003-sigv4-xml-and-profiles-by-hand.md

/// Reads the XML that AWS sends: elements, text, CDATA, comments, the five named entities and numeric references.
///
/// Strict and bounded, because a response may come from anybody: a document type (and with it every entity of the
/// document's own) is refused, and so are mismatched tags, wrong references, wrong UTF-8, and more depth or elements
/// than any response has. Work and memory grow with the document's length, which the caller bounds.
package struct XMLParser {
  private static let depthLimit = 32
  private static let elementLimit = 100_000

  private let bytes: [UInt8]
  private var position = 0
  private var elements = 0

  /// - Throws: `XMLError`.
  package static func parse(_ bytes: [UInt8]) throws -> XMLElement {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw XMLError(offset: 0, reason: "the document is not UTF-8")
    }
    var parser = XMLParser(bytes: bytes)
    return try parser.document()
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func refuse(_ reason: String) -> XMLError { XMLError(offset: position, reason: reason) }

  private mutating func document() throws -> XMLElement {
    if starts("\u{FEFF}") { position += 3 }
    try skipMisc()
    guard starts("<"), !atEnd else { throw refuse("no element") }
    let root = try tree()
    try skipMisc()
    guard atEnd else { throw refuse("something stands after the root element") }
    return root
  }

  /// Reads one element with all that is in it.
  ///
  /// A stack instead of recursion, so that depth costs no call frames.
  private mutating func tree() throws -> XMLElement {
    var open: [(element: XMLElement, fullName: String)] = []
    while true {
      if atEnd { throw refuse("the document ends within <\(open.last?.fullName ?? "")>") }
      let closed: XMLElement
      if starts("</") {
        position += 2
        let name = try self.name()
        skipSpaces()
        try expect(">")
        guard let last = open.popLast(), last.fullName == name else {
          throw refuse("</\(name)> closes <\(open.last?.fullName ?? "")>")
        }
        closed = last.element
      } else if starts("<!--") {
        try skip(to: "-->")
        continue
      } else if starts("<![CDATA[") {
        let start = position + 9
        try skip(to: "]]>")
        guard !open.isEmpty else { throw refuse("text outside of the root element") }
        open[open.count - 1].element.text += String(decoding: bytes[start..<position - 3], as: UTF8.self)
        continue
      } else if starts("<?") {
        try skip(to: "?>")
        continue
      } else if starts("<!") {
        throw refuse("declarations are not accepted")
      } else if starts("<") {
        guard open.count < Self.depthLimit else { throw refuse("more than \(Self.depthLimit) elements deep") }
        elements += 1
        guard elements <= Self.elementLimit else { throw refuse("more than \(Self.elementLimit) elements") }
        position += 1
        let fullName = try name()
        let element = XMLElement(name: fullName.split(separator: ":").last.map(String.init) ?? fullName)
        guard try attributes() else {
          open.append((element, fullName))
          continue
        }
        closed = element
      } else {
        let text = try self.text()
        guard !open.isEmpty else { throw refuse("text outside of the root element") }
        open[open.count - 1].element.text += text
        continue
      }
      if open.isEmpty { return closed }
      open[open.count - 1].element.children.append(closed)
    }
  }

  /// Reads to the end of a start tag.
  /// - Returns: Whether the tag closes itself.
  private mutating func attributes() throws -> Bool {
    while true {
      let hadSpace = skipSpaces()
      if starts("/>") {
        position += 2
        return true
      }
      if starts(">") {
        position += 1
        return false
      }
      guard hadSpace, !atEnd else { throw refuse("a start tag is not closed") }
      _ = try name()
      skipSpaces()
      try expect("=")
      skipSpaces()
      guard !atEnd, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'") else {
        throw refuse("an attribute has no quoted value")
      }
      let quote = bytes[position]
      position += 1
      while !atEnd, bytes[position] != quote, bytes[position] != UInt8(ascii: "<") { position += 1 }
      guard !atEnd, bytes[position] == quote else { throw refuse("an attribute's value is not closed") }
      position += 1
    }
  }

  private mutating func text() throws -> String {
    var text: [UInt8] = []
    while !atEnd, bytes[position] != UInt8(ascii: "<") {
      if bytes[position] == UInt8(ascii: "&") {
        text += Array(String(try reference()).utf8)
      } else {
        text.append(bytes[position])
        position += 1
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func reference() throws -> Unicode.Scalar {
    // Some more, for leading zeros.
    let window = bytes[position..<min(bytes.count, position + XMLReference.maxLength + 2)]
    guard let end = window.firstIndex(of: UInt8(ascii: ";")) else { throw refuse("a reference is not closed") }
    guard let scalar = XMLReference.character(bytes[position + 1..<end]) else {
      throw refuse("&\(String(decoding: bytes[position + 1..<end], as: UTF8.self)); is not known")
    }
    position = end + 1
    return scalar
  }

  private mutating func name() throws -> String {
    let start = position
    while !atEnd, Self.isOfAName(bytes[position]) { position += 1 }
    guard position > start, !(0x30...0x39).contains(bytes[start]), bytes[start] != UInt8(ascii: "-") else {
      throw refuse("a name is missing")
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private static func isOfAName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
    default: "-._:".utf8.contains(byte)
    }
  }

  private mutating func skipMisc() throws {
    while true {
      skipSpaces()
      if starts("<!--") {
        try skip(to: "-->")
      } else if starts("<?") {
        try skip(to: "?>")
      } else {
        return
      }
    }
  }

  @discardableResult private mutating func skipSpaces() -> Bool {
    let start = position
    while !atEnd, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    return position > start
  }

  private mutating func skip(to end: StaticString) throws {
    while !atEnd {
      if starts(end) {
        position += end.utf8CodeUnitCount
        return
      }
      position += 1
    }
    throw refuse("\(end) is missing")
  }

  private mutating func expect(_ text: StaticString) throws {
    guard starts(text) else { throw refuse("\(text) is missing") }
    position += text.utf8CodeUnitCount
  }

  private var atEnd: Bool { position >= bytes.count }

  private func starts(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[position...].starts(with: $0) }
  }
}
