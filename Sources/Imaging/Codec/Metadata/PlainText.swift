/// Text out of a file, made fit for a row or a rendition: valid, trimmed, bounded and without what only steers a
/// terminal or the direction of writing.
enum PlainText {
  /// UTF-8 where it is that, otherwise Latin-1, which older writers mean whatever the standard says.
  static func decode(_ bytes: some Collection<UInt8>) -> String {
    String(validating: bytes, as: UTF8.self)
      ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  /// What `bytes` say up to the first NUL; nil when nothing is left of it.
  static func line(_ bytes: some Collection<UInt8>, maxBytes: Int) -> String? {
    var isCut = false
    return line(bytes, maxBytes: maxBytes, isCut: &isCut)
  }

  /// The same.
  /// - Parameter isCut: set where some of it is left out for its length
  static func line(_ bytes: some Collection<UInt8>, maxBytes: Int, isCut: inout Bool) -> String? {
    let text = bytes.prefix { $0 != 0 }
    // Some bytes more, for what is trimmed and left out.
    let kept = text.prefix(2 * maxBytes)
    if kept.count < text.count { isCut = true }
    return line(decode(kept), maxBytes: maxBytes, isCut: &isCut)
  }

  /// One line of at most `maxBytes` bytes of UTF-8, cut with an ellipsis; nil when nothing is left.
  ///
  /// Line breaks and tabs become spaces.
  static func line(_ text: String, maxBytes: Int) -> String? {
    var isCut = false
    return line(text, maxBytes: maxBytes, isCut: &isCut)
  }

  /// The same.
  /// - Parameter isCut: set where some of it is left out for its length
  static func line(_ text: String, maxBytes: Int, isCut: inout Bool) -> String? {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isLineBreak(scalar) { scalars.append(" ") } else if !isInvisible(scalar) { scalars.append(scalar) }
    }
    let line = Substring(String(scalars))
    let start = line.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    let kept = cut(start[...last], maxBytes: maxBytes)
    if kept.utf8.count < start[...last].utf8.count { isCut = true }
    return kept
  }

  private static func cut(_ text: Substring, maxBytes: Int) -> String {
    guard text.utf8.count > maxBytes else { return String(text) }
    var kept = String.UnicodeScalarView()
    var count = 3
    for scalar in text.unicodeScalars {
      count += UTF8.width(scalar)
      if count > maxBytes { break }
      kept.append(scalar)
    }
    return String(kept) + "…"
  }

  private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    (0x09...0x0D).contains(scalar.value) || [0x85, 0x2028, 0x2029].contains(scalar.value)
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .privateUse, .surrogate, .unassigned: true
    // Marks of direction hide what they enclose; joiners are part of words.
    case .format: ![0x200C, 0x200D].contains(scalar.value)
    default: scalar.value == 0xFFFD
    }
  }
}

extension UTF8 {
  /// Bytes of a scalar.
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case ..<0x80: 1
    case ..<0x800: 2
    case ..<0x10000: 3
    default: 4
    }
  }
}
