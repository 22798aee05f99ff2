/// An element of a small XML document: its name without a prefix, its text, and the elements in it.
///
/// Attributes are checked and dropped: AWS's responses say nothing in them.
package struct XMLElement: Equatable {
  package var name: String
  package var text = ""
  package var children: [XMLElement] = []

  /// The first child of that name.
  package subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

  /// The text of the first child of that name, without spaces around it.
  func text(_ name: String) -> String? { self[name]?.text.trimmed }

  func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

  /// Text as it stands between tags.
  package static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case _ where scalar.value < 0x20: escaped += "&#\(scalar.value);"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// Why a document was refused, and at which byte.
package struct XMLError: Error, Equatable, CustomStringConvertible {
  var offset: Int
  var reason: String

  package var description: String { "XML, byte \(offset): \(reason)" }
}
