internal import Encodings

/// The people and their passwords' hashes in a file as `htpasswd -B` writes it: `name:hash`, a line each.
public struct PasswordFile: Sendable {
  private(set) var hashes: [String: String] = [:]

  /// What is wrong with the file, with the number of each line.
  public struct FileError: Error, CustomStringConvertible, Equatable {
    /// The file's path.
    public var path: String
    /// One sentence a fault.
    public var faults: [String]
    /// For people.
    public var description: String { "\(path): \(faults.joined(separator: "; "))" }
  }

  /// Reads the file's text; hashes that are quick to guess are refused.
  /// - Throws: ``FileError`` with every fault.
  public init(text: String, path: String) throws {
    var faults: [String] = []
    for (index, line) in TextLines.split(text).enumerated() {
      if line.allSatisfy({ $0 == " " || $0 == "\t" }) || line.hasPrefix("#") { continue }
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        faults.append("line \(index + 1) is not name:hash")
        continue
      }
      // What is behind a second colon is a remark, as in passwd(5).
      let hash = String(parts[1].prefix { $0 != ":" })
      if let why = Self.weakness(of: hash) {
        faults.append("line \(index + 1) (\(parts[0])) \(why); make it anew with htpasswd -B or mkpasswd -m yescrypt")
      } else if hashes.updateValue(hash, forKey: String(parts[0])) != nil {
        faults.append("line \(index + 1) names \(parts[0]) a second time")
      }
    }
    if faults.isEmpty, hashes.isEmpty { faults.append("it names nobody") }
    guard faults.isEmpty else { throw FileError(path: path, faults: faults) }
  }

  private static func weakness(of hash: String) -> String? {
    for prefix in ["$2y$", "$2b$", "$2a$"] where hash.hasPrefix(prefix) {
      guard hash.utf8.count == 60, let cost = Int(hash.dropFirst(4).prefix(2)) else {
        return "has a cut-off bcrypt hash"
      }
      guard (5...16).contains(cost) else { return "has a bcrypt cost of \(cost), not 5 to 16" }
      return nil
    }
    if ["$y$", "$7$", "$gy$"].contains(where: hash.hasPrefix) { return nil }
    if hash.hasPrefix("$6$") { return nil }
    if hash.hasPrefix("$apr1$") || hash.hasPrefix("$1$") { return "has an MD5 hash, which is quick to guess" }
    if hash.hasPrefix("{SHA}") { return "has an unsalted SHA-1 hash, which is quick to guess" }
    if hash.hasPrefix("$argon2") { return "has an Argon2 hash, which cannot be checked here" }
    if hash.hasPrefix("$5$") { return "has a SHA-256 hash, which is quick to guess" }
    return "has no bcrypt, yescrypt, scrypt or SHA-512 hash"
  }
}
