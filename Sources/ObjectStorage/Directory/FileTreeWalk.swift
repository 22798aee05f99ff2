import FoundationEssentials
import Glibc

/// Goes through the regular files below a folder, in the order of their paths' bytes.
///
/// Links are not followed, so it ends. The names of the folders on the way are in memory, and one folder is open at a
/// time.
struct FileTreeWalk {
  struct File {
    /// Below the folder, `/` between names.
    var path: [UInt8]
    /// In bytes.
    var size: Int64
    var lastModified: Date
  }

  private struct Level {
    /// Empty, or with a `/` at its end.
    var path: [UInt8]
    /// What is still to come.
    var entries: FolderEntries
  }

  /// How many entries were passed over that are neither files nor folders, or whose names are not UTF-8.
  private(set) var leftOut = 0
  private let slash = UInt8(ascii: "/")
  private let base: String
  private let prefix: [UInt8]
  private let after: [UInt8]
  private var levels: [Level] = []
  private var open: (path: [UInt8], folder: Folder)?

  /// - Parameters:
  ///   - prefix: Only paths that begin with this.
  ///   - after: Only paths after this one.
  init(base: String, prefix: [UInt8] = [], after: [UInt8] = []) throws {
    self.base = base
    self.prefix = prefix
    self.after = after
    try descend(to: [])
  }

  /// Whether the folder is there.
  static func isThere(_ base: String) throws -> Bool { try Folder.open(base) != nil }

  mutating func next() throws -> File? {
    while let last = levels.indices.last {
      guard let entry = levels[last].entries.popFirst() else {
        levels.removeLast()
        continue
      }
      let folderPath = levels[last].path
      let path = folderPath + entry.name
      if entry.isFolder {
        if mayHold(path) { try descend(to: path) }
      } else if path.starts(with: prefix), after.lexicographicallyPrecedes(path),
        let status = try folder(folderPath)?.status(String(decoding: entry.name, as: UTF8.self)),
        Folder.Kind(status) == .file
      {
        return File(path: path, size: Int64(status.st_size), lastModified: status.lastModified)
      }
    }
    return nil
  }

  /// Whether paths that begin so can be asked for.
  private func mayHold(_ folder: [UInt8]) -> Bool {
    (folder.starts(with: prefix) || prefix.starts(with: folder))
      && (after.starts(with: folder) || after.lexicographicallyPrecedes(folder))
  }

  private mutating func descend(to path: [UInt8]) throws {
    guard let folder = try folder(path) else { return }
    var entries = FolderEntries()
    try folder.forEachName { name, kind in
      guard let text = String(validating: name, as: UTF8.self) else {
        leftOut += 1
        return
      }
      // What has just been removed is nobody's object any more.
      guard let kind = try kind ?? folder.status(text).map(Folder.Kind.init) else { return }
      if kind == .other { leftOut += 1 } else { entries.append(name, isFolder: kind == .folder) }
    }
    entries.sort()
    levels.append(Level(path: path, entries: entries))
  }

  private mutating func folder(_ path: [UInt8]) throws -> Folder? {
    if let open, open.path == path { return open.folder }
    let names = path.split(separator: slash).map { String(decoding: $0, as: UTF8.self) }
    // A place names a file in the folder; which one is of no matter here.
    let folder = try FilePlace(base: base, names: names + [""]).folder(makes: false)
    open = folder.map { (path, $0) }
    return folder
  }
}
