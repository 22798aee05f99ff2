internal import Mustache

/// How values stand in pages: whatever HTML gives a meaning is a character reference.
///
/// swift-mustache's own way goes by Characters. A quotation mark with an accent on it is another one, which it would
/// leave as it is; to a browser it ends the attribute.
struct HTMLEscaping: MustacheContentType {
  /// The first line of a template whose values are to be escaped like this.
  static let pragma: String = {
    MustacheContentTypes.register(HTMLEscaping(), named: "HTML_SCALARS")
    return "{{% CONTENT_TYPE: HTML_SCALARS}}\n"
  }()

  func escapeText(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;".unicodeScalars
      case "<": escaped += "&lt;".unicodeScalars
      case ">": escaped += "&gt;".unicodeScalars
      case "\"": escaped += "&quot;".unicodeScalars
      case "'": escaped += "&#39;".unicodeScalars
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
