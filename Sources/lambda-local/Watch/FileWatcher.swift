#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Tells of changes to the files of a folder and of the folders in it, by inotify (inotify(7)).
///
/// What is hidden is not watched, and so neither is what a build writes into `.build`.
struct FileWatcher: Sendable {
  struct Failure: Error {
    var errno: Int32
  }

  /// A save is several changes, and who checks out a branch makes hundreds: quiet for so long, they are one.
  private static let quietMilliseconds: Int32 = 150
  private static let changes = UInt32(
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR | IN_DONT_FOLLOW)

  private let folder: String
  private let descriptor: Int32

  init(_ folder: String) throws(Failure) {
    self.folder = folder
    descriptor = inotify_init1(Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    guard inotify_add_watch(descriptor, folder, Self.changes) >= 0 else {
      let failure = Failure(errno: errno)
      close(descriptor)
      throw failure
    }
    guard addFolders(in: folder) else {
      close(descriptor)
      throw Failure(errno: ENOSPC)
    }
  }

  /// Waits for a change, and then until nothing has changed for a moment.
  /// - Returns: false when nothing is told any more.
  func waitForChanges() -> Bool {
    var isOver = false
    while !isOver {
      guard let hasSeen = readEvents() else { return false }
      isOver = hasSeen
    }
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while poll(&entry, 1, Self.quietMilliseconds) > 0 { _ = readEvents() }
    // Folders that are new; who watches one already watches it once.
    _ = addFolders(in: folder)
    return true
  }

  /// Takes what there is, and waits where there is nothing.
  /// - Returns: whether something that is not hidden has changed; nil at the end.
  private func readEvents() -> Bool? {
    // Whole events only are given, each with a name of at most NAME_MAX bytes.
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return count < 0 && errno == EINTR ? false : nil }
    let head = MemoryLayout<inotify_event>.size
    var hasSeen = false
    var place = 0
    while place + head <= count {
      // The last of the four fields of 32 bits: how long the name is behind them, with the zeros that fill it up.
      let length = (0..<4).reduce(0) { $0 | Int(buffer[place + 12 + $1]) << (8 * $1) }
      let isNamed = length > 0 && place + head < count
      hasSeen = hasSeen || !isNamed || buffer[place + head] != UInt8(ascii: ".")
      place += head + length
    }
    return hasSeen
  }

  /// - Returns: False when there are more folders than Linux lets one user watch.
  private func addFolders(in folder: String) -> Bool {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      // Refused for what is not a folder, or a link to one.
      if inotify_add_watch(descriptor, path, Self.changes) >= 0 {
        guard addFolders(in: path) else { return false }
      } else if errno == ENOSPC {
        return false
      }
    }
    return true
  }
}
