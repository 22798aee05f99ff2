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
    /// What is still to come, the next one last.
    var entries: [(name: [UInt8], isFolder: Bool)]
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
    while let level = levels.last {
      guard let entry = level.entries.last else {
        levels.removeLast()
        continue
      }
      levels[levels.count - 1].entries.removeLast()
      let path = level.path + entry.name
      if entry.isFolder {
        if mayHold(path + [slash]) { try descend(to: path + [slash]) }
      } else if path.starts(with: prefix), after.lexicographicallyPrecedes(path),
        let status = try folder(level.path)?.status(String(decoding: entry.name, as: UTF8.self))
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
    var entries: [(name: [UInt8], isFolder: Bool)] = []
    for name in try folder.names() {
      guard let text = String(validating: name, as: UTF8.self) else {
        leftOut += 1
        continue
      }
      // What has just been removed is nobody's object any more.
      guard let kind = try folder.status(text).map({ $0.st_mode & S_IFMT }) else { continue }
      if kind == S_IFREG || kind == S_IFDIR { entries.append((name, kind == S_IFDIR)) } else { leftOut += 1 }
    }
    // A folder's paths go on with a slash: `a-b` comes before what is in `a`.
    func sortKey(_ entry: (name: [UInt8], isFolder: Bool)) -> [UInt8] { entry.name + (entry.isFolder ? [slash] : []) }
    entries.sort { sortKey($1).lexicographicallyPrecedes(sortKey($0)) }
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
