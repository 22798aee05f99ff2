import Encodings
import Glibc

/// A file that is removed again unless it is renamed into its place.
final class TemporaryFile {
  let file: FileDescriptor
  private var isInPlace = false

  init(in folder: String) throws {
    // 128 random bits, and refused if the name were taken all the same.
    let path = "\(folder)/\(Hexadecimal.encode((0..<16).map { _ in UInt8.random(in: 0...255) }))"
    // Closed in programs that are started meanwhile: a flag set later would come too late for some.
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileSystem.failure("make a file in", folder) }
    file = FileDescriptor(descriptor, path: path)
  }

  deinit {
    if !isInPlace { unlink(file.path) }
  }

  /// Moves the file to its place in one step, making the folders on the way, and makes the move durable.
  /// - Returns: False where a folder or file that is there stands in the way.
  func move(to place: FilePlace) throws -> Bool {
    guard let folder = try place.folder(makes: true), try folder.receive(file.path, as: place.name) else {
      return false
    }
    isInPlace = true
    return true
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
