/// A client's name for a file, made fit for the last part of a key.
///
/// Letters, marks and digits of any script stay, and `.`, `-`, `_`; everything else, such as markup, separators,
/// control and bidirectional characters, becomes `_`. The extension is kept where the name has to be cut.
enum SafeName {
  /// Bytes of UTF-8: well below what file systems and keys take.
  static let maximumBytes = 150

  static func make(from name: String) -> String {
    // Some browsers send a path; of a path the last part is the name.
    let last = name.unicodeScalars.split { $0 == "/" || $0 == "\\" }.last.map { String($0) } ?? ""
    var safe = String.UnicodeScalarView()
    for scalar in last.unicodeScalars {
      safe.append(isKept(scalar) ? scalar : "_")
    }
    var text = String(safe.drop { $0 == "." || $0 == "_" })
    if text.isEmpty { text = "image" }
    guard text.utf8.count > maximumBytes else { return text }
    let ending = text.lastIndex(of: ".").map { String(text[$0...]) } ?? ""
    let kept = ending.utf8.count <= 16 ? ending : ""
    var cut = String.UnicodeScalarView()
    var bytes = kept.utf8.count
    for scalar in text.unicodeScalars {
      bytes += scalar.utf8.count
      if bytes > maximumBytes { break }
      cut.append(scalar)
    }
    return String(cut) + kept
  }

  private static func isKept(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return (0x30...0x39).contains(scalar.value) || (0x41...0x5A).contains(scalar.value)
        || (0x61...0x7A).contains(scalar.value) || ".-_".unicodeScalars.contains(scalar)
    }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .decimalNumber, .letterNumber:
      true
    default: false
    }
  }
}
