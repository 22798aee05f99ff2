/// Reads rights and the presence of a position out of an XMP packet (ISO 16684-1).
///
/// Why not a parser from a library: XMP has no document types (7.4), so what makes parsers large and dangerous never
/// occurs, a dozen properties are all that is wanted, and one more C library in the bundle would serve nothing else.
/// The scanner never goes back, expands no entities but XML's own five and numbers, and stops at a document type.
struct XMPReader {
  /// What a packet says.
  struct Facts: Equatable {
    var artist: String?
    var copyright: String?
    /// What EXIF has no place for: properties of the namespace `xmpRights`.
    var usageTerms: String?
    var webStatement: String?
    var marked: String?
    var owner: String?
    var hasPosition = false
    /// The name of the packet that the rest of it is in (``ExtendedXMP``).
    var extended: String?
    /// Whether it was read to its end, as far as that is well-formed.
    var isWhole = true
    /// Whether a text is longer than what is kept.
    var isCut = false
    /// Whether there are more artists or owners than are kept.
    var hasMoreNames = false

    /// Takes over what is not known yet.
    mutating func fill(from other: Facts) {
      artist = artist ?? other.artist
      copyright = copyright ?? other.copyright
      usageTerms = usageTerms ?? other.usageTerms
      webStatement = webStatement ?? other.webStatement
      marked = marked ?? other.marked
      owner = owner ?? other.owner
      hasPosition = hasPosition || other.hasPosition
      extended = extended ?? other.extended
    }
  }

  /// Larger packets are read up to here.
  static let maxPacketBytes = 4 << 20
  /// More than is kept of one, so that it is known to be cut.
  private static let maxTextBytes = 2 * SourceRights.maxTextBytes + 1
  private static let maxDepth = 64
  private static let maxNames = 1024

  /// - Parameter most: The bytes of the packet that are read at most.
  static func facts(_ packet: [UInt8], most: Int = maxPacketBytes) -> Facts {
    let bytes = packet.prefix(min(most, maxPacketBytes))
    let isAll = bytes.count == packet.count
    guard bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) else {
      return read(Array(bytes), isAll)
    }
    // UTF-16, which the standard allows outside of files that say otherwise.
    let isBig = bytes[0] == 0xFE
    let units = stride(from: 2, to: bytes.count - 1, by: 2).map { at -> UInt16 in
      let (first, second) = (UInt16(bytes[at]), UInt16(bytes[at + 1]))
      return isBig ? first << 8 | second : second << 8 | first
    }
    return read(Array(String(decoding: units, as: UTF16.self).utf8), isAll)
  }

  private static func read(_ bytes: [UInt8], _ isAll: Bool) -> Facts {
    var reader = XMPReader(bytes: bytes)
    let isWhole = reader.scan() && reader.elements.isEmpty
    return reader.collector.facts(isWhole: isWhole && isAll)
  }

  private struct Element {
    /// Bindings of prefixes outside of it.
    var bindings: Int
    var isDefaultLanguage: Bool
  }

  private let bytes: [UInt8]
  private var at = 0
  /// Those that are open, and their names.
  private var elements: [Element] = []
  private var path: [XMPName] = []
  private var namespaces: [String: String] = [:]
  /// What the prefixes that are bound meant before, to be undone where an element ends.
  private var bindings: [(prefix: String, outside: String?)] = []
  private var text: [UInt8] = []
  private var collector = XMPCollector()

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// - Returns: whether there was nothing that ends the reading.
  private mutating func scan() -> Bool {
    while at < bytes.count {
      if bytes[at] != 0x3C {
        let end = bytes[at...].firstIndex(of: 0x3C) ?? bytes.count
        append(bytes[at..<end])
        at = end
      } else if starts("<!--") {
        guard skip(past: "-->") else { return false }
      } else if starts("<![CDATA[") {
        let start = at + 9
        guard skip(past: "]]>") else { return false }
        if start <= at - 3 { appendRaw(bytes[start..<at - 3]) }
      } else if starts("<?") {
        guard skip(past: "?>") else { return false }
      } else if starts("<!") {
        return false
      } else if starts("</") {
        guard skip(past: ">"), close() else { return false }
      } else {
        guard open() else { return false }
      }
    }
    return true
  }

  private func starts(_ text: String) -> Bool { bytes[at...].starts(with: text.utf8) }

  private mutating func skip(past end: String) -> Bool {
    let end = Array(end.utf8)
    while at + end.count <= bytes.count {
      if bytes[at] == end[0], bytes[at...].starts(with: end) {
        at += end.count
        return true
      }
      at += 1
    }
    return false
  }

  /// Text counts only inside an element without children, so the latest run is all that is held.
  private mutating func append(_ run: ArraySlice<UInt8>) { appendRaw(XMPText.unescaped(run)[...]) }

  private mutating func appendRaw(_ run: ArraySlice<UInt8>) {
    text += run.prefix(max(0, Self.maxTextBytes - text.count))
  }

  private mutating func close() -> Bool {
    guard let element = elements.popLast(), let name = path.popLast() else { return false }
    while bindings.count > element.bindings, let last = bindings.popLast() { namespaces[last.prefix] = last.outside }
    collector.end(name, in: path, text: text, isDefault: element.isDefaultLanguage)
    text = []
    return true
  }

  /// A start tag, with its attributes.
  ///
  /// False ends the reading.
  private mutating func open() -> Bool {
    at += 1
    text = []
    guard path.count < Self.maxDepth, let name = word() else { return false }
    let outside = bindings.count
    var attributes: [(name: String, value: [UInt8])] = []
    while true {
      while at < bytes.count, XMPText.isSpace(bytes[at]) { at += 1 }
      guard at < bytes.count else { return false }
      if bytes[at] == 0x3E || bytes[at] == 0x2F { break }
      guard attributes.count < Self.maxNames, let key = word(), let value = value() else { return false }
      attributes.append((key, value))
    }
    let isEmpty = bytes[at] == 0x2F
    guard skip(past: ">") else { return false }
    for (key, value) in attributes where key == "xmlns" || key.hasPrefix("xmlns:") {
      guard bindings.count < Self.maxNames else { return false }
      let prefix = String(key.dropFirst(6))
      bindings.append((prefix, namespaces.updateValue(String(decoding: value, as: UTF8.self), forKey: prefix)))
    }
    elements.append(
      Element(
        bindings: outside,
        isDefaultLanguage: attributes.contains { $0.name == "xml:lang" && $0.value.elementsEqual("x-default".utf8) }))
    path.append(resolve(name))
    for (key, value) in attributes where key.contains(":") && !key.hasPrefix("xml") {
      collector.attribute(resolve(key), in: path, text: value)
    }
    return isEmpty ? close() : true
  }

  private func resolve(_ name: String) -> XMPName {
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let (prefix, local) = parts.count == 2 ? (String(parts[0]), String(parts[1])) : ("", name)
    return XMPName(namespace: namespaces[prefix] ?? "", local: local)
  }

  /// A name, of at most 256 bytes.
  private mutating func word() -> String? {
    let start = at
    while at < bytes.count, !XMPText.isSpace(bytes[at]), ![0x3D, 0x3E, 0x2F, 0x3C].contains(bytes[at]) { at += 1 }
    guard start < at, at - start <= 256 else { return nil }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  /// What stands behind a name: `="…"`.
  private mutating func value() -> [UInt8]? {
    while at < bytes.count, XMPText.isSpace(bytes[at]) { at += 1 }
    guard at < bytes.count, bytes[at] == 0x3D else { return nil }
    at += 1
    while at < bytes.count, XMPText.isSpace(bytes[at]) { at += 1 }
    guard at < bytes.count, bytes[at] == 0x22 || bytes[at] == 0x27 else { return nil }
    let quote = bytes[at]
    guard let end = bytes[(at + 1)...].firstIndex(of: quote) else { return nil }
    defer { at = end + 1 }
    return XMPText.unescaped(bytes[at + 1..<min(end, at + 1 + Self.maxTextBytes)])
  }
}
