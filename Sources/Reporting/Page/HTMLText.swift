/// Text for a page, with what HTML would take for markup spelled out.
enum HTMLText {
  /// Text of an element, or of an attribute in double quotes.
  ///
  /// Control characters and those that turn the direction of text become U+FFFD: in a key they are there by mistake or
  /// to deceive.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      // Joins emoji and letters of several scripts.
      case "\u{200C}", "\u{200D}": escaped.unicodeScalars.append(scalar)
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: escaped += "\u{FFFD}"
        default: escaped.unicodeScalars.append(scalar)
        }
      }
    }
    return escaped
  }
}
