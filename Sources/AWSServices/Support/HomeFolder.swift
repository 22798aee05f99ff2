import Glibc

/// The folder that `~` stands for.
enum HomeFolder {
  /// A path with `~` or `~user` at its beginning, and `$NAME` or `${NAME}` anywhere, put into words, as the AWS CLI
  /// does.
  ///
  /// A variable that is not set is left as it stands.
  /// - Throws: `AWSError.configuration` when nobody knows the home.
  static func expand(_ path: String, _ environment: [String: String]) throws(AWSError) -> String {
    let path = substituteVariables(path, environment)
    guard path.hasPrefix("~") else { return path }
    let user = path.dropFirst().prefix { $0 != "/" }
    let home: String?
    if user.isEmpty {
      home = environment["HOME"] ?? passwordEntry { $0[2] == String(geteuid()) }
    } else {
      home = passwordEntry { $0[0] == user }
    }
    guard let home else {
      guard user.isEmpty else { throw .configuration("the path \(path) names the user \(user), who is not known here") }
      // Nobody's home, and nothing in it.
      return String(path.dropFirst())
    }
    return (home.hasSuffix("/") ? String(home.dropLast()) : home) + path.dropFirst(user.count + 1)
  }

  private static func substituteVariables(_ path: String, _ environment: [String: String]) -> String {
    var result = ""
    var rest = path[...]
    while let character = rest.popFirst() {
      guard character == "$" else {
        result.append(character)
        continue
      }
      let isBraced = rest.first == "{"
      let name = rest.dropFirst(isBraced ? 1 : 0).prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      let whole = rest.prefix(name.count + (isBraced ? 2 : 0))
      guard !name.isEmpty, !isBraced || whole.last == "}", let value = environment[String(name)] else {
        result.append(character)
        continue
      }
      result += value
      rest = rest.dropFirst(whole.count)
    }
    return result
  }

  /// The home of a user in `/etc/passwd`: name, password, number, group, full name, home, shell.
  ///
  /// The system's own calls would load what else it knows users by, of another libc than the one that a bundle brings
  /// with it.
  private static func passwordEntry(_ isTheOne: ([Substring]) -> Bool) -> String? {
    let text: String?
    do { text = try SmallFile.text("/etc/passwd", limit: 4 << 20) } catch { return nil }
    let entry = text?.split(separator: "\n").lazy
      .map { $0.split(separator: ":", omittingEmptySubsequences: false) }
      .first { $0.count == 7 && isTheOne($0) }
    return entry.map { String($0[5]) }
  }
}
