import Glibc
import Imaging

/// A file that is decoded while it is read.
final class FileSource: ByteSource {
  private let path: String
  private let descriptor: Int32

  init(_ path: String) throws {
    self.path = path
    // Not blocking: a pipe that has taken the file's place would have its opener wait for a writer.
    descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("read", path) }
  }

  deinit { close(descriptor) }

  func again() throws -> (any ByteSource)? {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileError("read", path) }
    return self
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileError("read", path) }
    }
  }
}
