import FoundationEssentials
import Reporting

/// Answers as text, for people and for programs.
enum AnswerText {
  /// A table; control characters, which would move a terminal's cursor, are spelled out.
  static func table(_ answer: Answer) -> String {
    if answer.rows.isEmpty { return "(no rows)\n" }
    var table = Table(answer.columns.map { ($0.name.withoutControls, $0.isNumeric ? .right : .left) })
    for row in answer.rows { table.add(row.map { shortened($0.text.withoutControls) }) }
    return table.text()
  }

  /// An array of objects on one line, their keys in alphabetical order.
  static func json(_ answer: Answer) throws -> String {
    String(decoding: try encoder.encode(objects(answer)), as: UTF8.self) + "\n"
  }

  /// An object with an array for each view.
  static func json(_ answers: [(String, Answer)]) throws -> String {
    let all = Dictionary(answers.map { ($0.0, objects($0.1)) }, uniquingKeysWith: { first, _ in first })
    return String(decoding: try encoder.encode(all), as: UTF8.self) + "\n"
  }

  /// Comma-separated values (RFC 4180), with a header line.
  ///
  /// NULL is an empty field.
  static func csv(_ answer: Answer) -> String {
    let lines = [answer.columns.map { quoted($0.name) }] + answer.rows.map { $0.map(csvField) }
    return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  private static func objects(_ answer: Answer) -> [[String: Answer.Value]] {
    let names = answer.columns.map(\.name)
    return answer.rows.map { Dictionary(zip(names, $0), uniquingKeysWith: { first, _ in first }) }
  }

  private static func csvField(_ value: Answer.Value) -> String {
    switch value {
    case .double(let number): String(number)
    case .boolean(let flag): String(flag)
    default: quoted(value.text)
    }
  }

  private static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }) else {
      return text
    }
    // By scalars: with an accent on it a quotation mark is another Character.
    return "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }

  private static func shortened(_ text: String) -> String {
    text.count <= 60 ? text : text.prefix(40) + "…" + text.suffix(19)
  }
}

extension String {
  /// Control characters, and those that turn the direction of text, as `\u{…}`.
  var withoutControls: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse:
        text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
