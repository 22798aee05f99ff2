/// What a section's name in one of AWS's shared files says: of which kind it is, and what it is called.
enum SectionName: Hashable, Sendable {
  case profile(String)
  case services(String)
  /// Of no use here, such as `sso-session x`.
  case other(String)
  /// Meant for a profile, and yet not its section.
  case misspelt(profile: String, text: String)

  /// Reads a name as it stands in the configuration file: `default`, `profile x`, `profile "x y"`.
  init(inConfiguration text: String) {
    let words = Self.words(text) ?? []
    let name = words.dropFirst().joined(separator: " ")
    switch (words.first, words.count) {
    case ("default", 1): self = .profile("default")
    case ("profile", 2...): self = .profile(name)
    case ("services", 2...): self = .services(name)
    case (let word?, 1) where word.lowercased() == "default": self = .misspelt(profile: "default", text: text)
    case (let word?, 2...) where word.lowercased() == "profile": self = .misspelt(profile: name, text: text)
    default: self = .other(words.count == 1 ? words[0] : text)
    }
  }

  /// Reads a name as it stands in the credentials file: the profile's own, spaces and all.
  init(inCredentials text: String) {
    let words = Self.words(text) ?? []
    switch (words.first, words.count) {
    case ("default", 1): self = .profile("default")
    case (let word?, 1) where word.lowercased() == "default": self = .misspelt(profile: "default", text: text)
    case ("profile", 2): self = .misspelt(profile: words[1], text: text)
    default: self = .profile(words.count == 1 ? words[0] : text)
    }
  }

  /// The words of a text as a POSIX shell splits it, with quotes and backslashes taken away.
  /// - Returns: nil for a quotation mark without its second.
  static func words(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      if character == quote {
        quote = nil
      } else if character == "\\", quote != "'" {
        guard let next = rest.popFirst() else { return nil }
        // Within quotes it only takes away the meaning of the quotation mark and of itself.
        word = (word ?? "") + (quote != nil && next != "\"" && next != "\\" ? "\\" : "") + String(next)
      } else if quote == nil, character == "\"" || character == "'" {
        (quote, word) = (character, word ?? "")
      } else if quote == nil, character == " " || character == "\t" {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return quote == nil ? words : nil
  }
}
