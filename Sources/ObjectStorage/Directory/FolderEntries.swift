/// The names in a folder, in the order of the paths that they begin.
///
/// All in one piece of memory: a folder may hold a hundred thousand.
struct FolderEntries {
  private struct Entry {
    var name: Range<Int>
    var isFolder: Bool
  }

  private var bytes: [UInt8] = []
  /// Once sorted, the next one last.
  private var entries: [Entry] = []

  mutating func append(_ name: ArraySlice<UInt8>, isFolder: Bool) {
    let start = bytes.count
    bytes += name
    // A folder's paths go on with a slash: `a-b` comes before what is in `a`.
    if isFolder { bytes.append(UInt8(ascii: "/")) }
    entries.append(Entry(name: start..<bytes.count, isFolder: isFolder))
  }

  /// To be called once, after the last name and before the first is taken.
  mutating func sort() {
    entries.sort { [bytes] one, other in bytes[other.name].lexicographicallyPrecedes(bytes[one.name]) }
  }

  /// Takes the first of those that are left; a folder's name ends with a slash.
  mutating func popFirst() -> (name: [UInt8], isFolder: Bool)? {
    entries.popLast().map { (Array(bytes[$0.name]), $0.isFolder) }
  }
}
