internal import Encodings

/// One of AWS's two shared files: sections of settings, as the AWS CLI reads them.
///
/// A line that is indented further than the setting above it belongs to that setting; any other line is a setting of
/// its own, indented or not. `#` and `;` begin a comment at the start of a line, or after a space. Where the AWS CLI
/// would leave out without a word what somebody wrote, the file is refused.
/// Sources: AWS SDKs and Tools Reference Guide, "Shared config and credentials files"; Python's configparser, over
/// which the AWS CLI reads.
struct ProfileFile: Sendable {
  /// What stands to the right of a setting's `=`.
  enum Value: Sendable, Equatable {
    case text(String)
    /// Nothing, and settings that are indented below it, as in `s3 =`.
    case block([String: String])
    /// Text, and indented lines below it: the AWS CLI takes all of them for one value.
    case continued
  }

  typealias Settings = [String: Value]

  /// The sections by their names, in which quotes and spaces are as they were written.
  private(set) var sections: [String: Settings] = [:]

  /// No sections: what a file holds that is not there.
  init() {}

  /// - Parameter path: The file, for messages.
  /// - Throws: `AWSError.configuration` with the line that cannot be read, or stands there twice.
  init(_ text: String, path: String) throws(AWSError) {
    var section: String?
    var setting: String?
    var depth = 0
    for (index, line) in TextLines.split(text).enumerated() {
      func refuse(_ why: String) -> AWSError { .configuration("\(path), line \(index + 1): \(why)") }
      let content = String(line).trimmed
      if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
      let indentation = line.prefix { $0 == " " || $0 == "\t" }.count

      if let section, let setting, indentation > depth {
        guard !content.hasPrefix("[") else {
          throw refuse("a section begins further to the right than \"\(setting)\" above it, and so belongs to that")
        }
        let isEmpty = sections[section]?[setting] == .text("")
        guard case .block(var block) = isEmpty ? .block([:]) : sections[section]?[setting] else {
          sections[section]?[setting] = .continued
          continue
        }
        guard let (name, value) = Self.setting(content, delimiters: "=") else {
          throw refuse("\"\(content)\" is not a setting within \"\(setting)\"")
        }
        block[name] = value
        sections[section]?[setting] = .block(block)
        continue
      }
      depth = indentation

      if content.hasPrefix("[") {
        guard let name = Self.sectionName(content) else {
          throw refuse("a section's name is not followed by a closing bracket and the line's end")
        }
        guard sections.updateValue([:], forKey: name) == nil else { throw refuse("a second section [\(name)]") }
        (section, setting) = (name, nil)
        continue
      }
      guard let (name, value) = Self.setting(content, delimiters: "=:") else {
        throw refuse("neither a [section] nor a setting within one")
      }
      guard let section else { throw refuse("\"\(name)\" stands before the first [section]") }
      guard sections[section]?.updateValue(.text(value), forKey: name) == nil else {
        throw refuse("a second \"\(name)\" in [\(section)]")
      }
      setting = name
    }
  }

  private static func setting(_ text: String, delimiters: String) -> (name: String, value: String)? {
    guard let delimiter = text.firstIndex(where: { delimiters.contains($0) }) else { return nil }
    let name = String(text[..<delimiter]).trimmed.lowercased()
    return name.isEmpty ? nil : (name, withoutComment(String(text[text.index(after: delimiter)...])).trimmed)
  }

  /// What is within brackets, up to the first closing one that ends its line.
  private static func sectionName(_ text: String) -> String? {
    var rest = text.dropFirst()
    while let bracket = rest.firstIndex(of: "]") {
      rest = rest[rest.index(after: bracket)...]
      let tail = String(rest).trimmed
      if tail.isEmpty || tail.hasPrefix("#") || tail.hasPrefix(";") {
        let name = String(text[text.index(after: text.startIndex)..<bracket]).trimmed
        return name.isEmpty ? nil : name
      }
    }
    return nil
  }

  private static func withoutComment(_ value: String) -> String {
    var isAfterSpace = false
    for index in value.indices {
      let character = value[index]
      if isAfterSpace, character == "#" || character == ";" { return String(value[..<index]) }
      isAfterSpace = character == " " || character == "\t"
    }
    return value
  }
}
