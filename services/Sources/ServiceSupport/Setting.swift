/// One setting: a variable of the environment, and the flag that says the same.
public struct Setting: Sendable {
  /// The variable: `DARKROOM_WEB_PORT`; its flag is `--port`.
  public var name: String
  /// What holds where nothing is said, as people read it.
  public var fallback: String
  /// What it is, in one line.
  public var meaning: String

  /// - Parameter name: The variable.
  public init(_ name: String, _ fallback: String, _ meaning: String) {
    self.name = name
    self.fallback = fallback
    self.meaning = meaning
  }

  /// The flag, without what all names begin with: `--port`.
  public var flag: String {
    var name = self.name
    for prefix in ["DARKROOM_WEB_", "DARKROOM_INGEST_", "DARKROOM_STREAM_", "DARKROOM_"] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
      break
    }
    return "--" + name.lowercased().replacing("_", with: "-")
  }
}

/// Everything that is wrong with the settings.
public struct SettingsError: Error, CustomStringConvertible, Equatable {
  /// One sentence a fault, each beginning with the setting's name.
  public var faults: [String]

  /// - Parameter faults: One sentence a fault, each beginning with the setting's name.
  public init(faults: [String]) { self.faults = faults }

  /// For people.
  public var description: String { "wrong settings:\n" + faults.map { "  \($0)" }.joined(separator: "\n") }
}
