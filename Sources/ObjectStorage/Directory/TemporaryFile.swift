import Glibc

/// A file that is removed again unless it is renamed into its place.
final class TemporaryFile {
  let file: FileDescriptor
  private var isInPlace = false

  init(in folder: String) throws {
    var template = Array("\(folder)/XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard descriptor >= 0 else { throw FileSystem.failure("make a file in", folder) }
    file = FileDescriptor(descriptor, path: path)
    guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0, fchmod(descriptor, 0o644) == 0 else {
      throw FileSystem.failure("set up", path)
    }
  }

  deinit {
    if !isInPlace { unlink(file.path) }
  }

  /// Moves the file to its place in one step, making the folders on the way, and makes the move durable.
  func rename(to path: String) throws {
    let folder = FileSystem.folder(of: path) ?? "."
    try FileSystem.makeFolders(folder)
    guard Glibc.rename(file.path, path) == 0 else { throw FileSystem.failure("put in place", path) }
    isInPlace = true
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileSystem.failure("open", folder) }
    try FileDescriptor(descriptor, path: folder).synchronise()
  }
}

/// A lock on a file that holds between threads and processes, and ends with its holder.
enum FileLock {
  static func holding<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileSystem.failure("open the lock", path) }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw FileSystem.failure("lock", path) }
    }
    return try body()
  }
}
