import FoundationEssentials

/// A named set of settings from AWS's shared configuration and credentials files.
package struct Profile: Sendable, Equatable {
  package var name: String
  package var settings: [String: String]

  package subscript(setting: String) -> String? { settings[setting] }
}

/// AWS's shared configuration and credentials files.
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
package struct SharedFiles: Sendable {
  let environment: [String: String]

  package init(environment: [String: String]) { self.environment = environment }

  /// The profile that `AWS_PROFILE` names, or `default`.
  /// - Returns: nil when there is no profile and none was asked for by name.
  /// - Throws: `AWSError.configuration` for a file that cannot be read as one, or a named profile that is not there.
  package func chosen() throws -> Profile? {
    let name = environment["AWS_PROFILE"]
    if let profile = try profile(name ?? "default") { return profile }
    guard let name else { return nil }
    throw AWSError.configuration(
      "AWS_PROFILE is \"\(name)\", and neither \(configurationPath) nor \(credentialsPath) has such a profile")
  }

  /// A profile from both files together; the credentials file wins.
  package func profile(_ name: String) throws -> Profile? {
    let inConfiguration = try sections(configurationPath)[name == "default" ? "default" : "profile \(name)"]
    let alternative = name == "default" ? try sections(configurationPath)["profile default"] : nil
    let inCredentials = try sections(credentialsPath)[name]
    guard inConfiguration != nil || alternative != nil || inCredentials != nil else { return nil }
    let settings = (inConfiguration ?? [:])
      .merging(alternative ?? [:]) { _, prefixed in prefixed }
      .merging(inCredentials ?? [:]) { _, credentials in credentials }
    return Profile(name: name, settings: settings)
  }

  private var configurationPath: String { environment["AWS_CONFIG_FILE"] ?? "\(home)/.aws/config" }
  private var credentialsPath: String { environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "\(home)/.aws/credentials" }
  private var home: String { environment["HOME"] ?? "" }

  private func sections(_ path: String) throws -> [String: [String: String]] {
    guard let text = try SmallFile.text(path, limit: 1 << 20) else { return [:] }
    return try Self.parse(text, path: path)
  }

  /// Reads `[section]` and `name = value` lines. Indented lines belong to a nested setting and are left out; `#` and `;`
  /// begin a comment at the start of a line, or after a space.
  static func parse(_ text: String, path: String) throws -> [String: [String: String]] {
    var sections: [String: [String: String]] = [:]
    var current: String?
    // A line's end as Windows writes it is one Character, and not a line feed.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (number, line) in lines.enumerated() {
      let trimmed = String(line).trimmed
      if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      if trimmed.hasPrefix("[") {
        guard let end = trimmed.firstIndex(of: "]") else {
          throw AWSError.configuration("\(path), line \(number + 1): a section's name has no closing bracket")
        }
        let name = trimmed[trimmed.index(after: trimmed.startIndex)..<end]
        current = name.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
        sections[current ?? "", default: [:]].merge([:]) { old, _ in old }
      } else if line.first == " " || line.first == "\t" {
        continue
      } else {
        guard let current, let equals = trimmed.firstIndex(of: "=") else {
          throw AWSError.configuration("\(path), line \(number + 1): neither a [section] nor a setting within one")
        }
        let name = String(trimmed[..<equals]).trimmed.lowercased()
        sections[current]?[name] = withoutComment(String(trimmed[trimmed.index(after: equals)...])).trimmed
      }
    }
    return sections
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
