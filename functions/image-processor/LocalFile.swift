import FoundationEssentials

/// Files that a person names on the command line.
enum LocalFile {
  /// - Throws: `CommandError` that says what is missing and what to do.
  static func check(_ path: String, as what: String, advice: String = "check the path") throws {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandError.usage("no \(what) at \"\(path)\": \(advice)")
    }
    if isFolder { throw CommandError.usage("\"\(path)\" is a folder where a file of \(what) belongs") }
  }

  /// - Throws: `CommandError` that says what is missing and what to do.
  static func checkFolder(_ path: String, as what: String, advice: String) throws {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw CommandError.usage("no \(what) at \"\(path)\": \(advice)")
    }
    if !isFolder { throw CommandError.usage("\"\(path)\" is a file where the folder of a \(what) belongs") }
  }

  /// Writes a file, in place of what is there.
  /// - Throws: `CommandError` that says why it cannot.
  static func write(_ text: String, to path: String, as what: String) throws {
    var isFolder = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
      throw CommandError.usage("\"\(path)\" is a folder: give the \(what)'s file name")
    }
    do {
      try Data(text.utf8).write(to: URL(filePath: path))
    } catch {
      throw CommandError.usage("cannot write the \(what) \"\(path)\": check that its folder is there and has room")
    }
  }

  /// - Throws: `CommandError` as ``check(_:as:advice:)``, or when the file cannot be read.
  static func read(_ path: String, as what: String, advice: String = "check the path") throws -> [UInt8] {
    try check(path, as: what, advice: advice)
    do {
      return [UInt8](try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw CommandError.usage("cannot read the \(what) \"\(path)\": check its permissions")
    }
  }
}
