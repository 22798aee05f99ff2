internal import FoundationEssentials
internal import Glibc
internal import NIOCore

/// The system refused a file: what was being done, to what, and its own words.
struct FileFault: Error, CustomStringConvertible {
  var description: String
  /// Whether there is no room for more, or none that this user may take.
  var isDiskFull: Bool

  init(_ action: String, _ path: String) {
    let code = errno
    description = "cannot \(action) \(path): \(String(cString: strerror(code)))"
    isDiskFull = code == ENOSPC || code == EDQUOT
  }
}

/// A file that is written at its end.
///
/// Used by one thread at a time.
final class AppendedFile: Sendable {
  private let descriptor: Int32
  private let path: String

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileFault("open", path) }
  }

  deinit { close(descriptor) }

  func write(_ bytes: ByteBuffer) throws {
    try bytes.withUnsafeReadableBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 {
          guard errno == EINTR else { throw FileFault("write", path) }
          continue
        }
        rest = rest.dropFirst(count)
      }
    }
  }
}

/// A file that is read from its beginning, piece by piece.
///
/// Used by one thread at a time.
final class ReadFile: Sendable {
  private let descriptor: Int32
  private let path: String

  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFault("open", path) }
  }

  deinit { close(descriptor) }

  /// - Returns: Nil at the end.
  func next() throws -> ByteBuffer? {
    var buffer = ByteBuffer()
    let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 256 << 10) { space in
      while true {
        let count = read(descriptor, space.baseAddress, space.count)
        if count >= 0 { return count }
        guard errno == EINTR else { throw FileFault("read", path) }
      }
    }
    return count == 0 ? nil : buffer
  }
}
