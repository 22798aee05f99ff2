import Glibc

/// A call on a file that the system refused, in a sentence.
struct FileError: Error, CustomStringConvertible {
  var description: String

  /// - Parameter code: What `errno` was.
  init(_ action: String, _ path: String, _ code: Int32 = errno) {
    description = "cannot \(action) \(path.quoted): \(String(cString: strerror(code)))"
  }

  /// The reason in words of its own.
  init(_ action: String, _ path: String, reason: String) {
    description = "cannot \(action) \(path.quoted): \(reason)"
  }
}

/// What a path leads to.
enum FileKind: Equatable {
  case file(size: Int64), folder, other(String), missing

  /// - Parameter followsLinks: Whether a symbolic link counts as what it points to.
  /// - Throws: `FileError` when the system does not say.
  init(_ path: String, followsLinks: Bool = true) throws {
    var status = stat()
    guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else {
      guard [ENOENT, ENOTDIR, ELOOP].contains(errno) else { throw FileError("look at", path) }
      self = .missing
      return
    }
    self =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file(size: Int64(status.st_size))
      case S_IFDIR: .folder
      case S_IFIFO: .other("a pipe")
      case S_IFSOCK: .other("a socket")
      case S_IFLNK: .other("a symbolic link")
      default: .other("a device")
      }
  }
}

/// Which file or folder it is, under whatever path.
struct FileIdentity: Hashable {
  private let device: UInt64
  private let number: UInt64

  /// Nil where there is nothing.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
  }
}
