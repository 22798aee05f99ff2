import Encodings

/// Text of XML (XML 1.0, 2.4 and 4.1), without document types.
enum XMPText {
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// With the five entities of XML and numbers in place; other entities are left as they stand.
  static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.contains(0x26) else { return Array(text) }
    var result: [UInt8] = []
    var at = text.startIndex
    while at < text.endIndex {
      // Some more than the longest reference, for leading zeros.
      let window = text[at..<min(at + XMLReference.maxLength + 2, text.endIndex)]
      if text[at] == 0x26, let end = window.firstIndex(of: 0x3B),
        let character = XMLReference.character(text[at + 1..<end])
      {
        result += Array(String(Character(character)).utf8)
        at = end + 1
      } else {
        result.append(text[at])
        at += 1
      }
    }
    return result
  }

  /// For text and for attributes in double quotes.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
