import Foundation
import Glibc
import Imaging

/// A file as a stream of bytes, read as the engine asks for them.
final class FileSource: ByteSource {
  /// Why a file cannot be opened or read, in the system's words.
  struct Unreadable: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "cannot read \(path): \(reason)" }
  }

  private let file: FileHandle
  private let path: String
  private let size: Int

  init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Unreadable(path: path, reason: String(cString: strerror(errno))) }
    file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw Unreadable(path: path, reason: "not a regular file")
    }
    size = Int(status.st_size)
    self.path = path
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = Glibc.read(file.fileDescriptor, buffer.baseAddress, buffer.count)
    guard count >= 0 else { throw Unreadable(path: path, reason: String(cString: strerror(errno))) }
    return count
  }

  /// The whole file, read into the one array that holds it: no second copy is made that would count as memory.
  func readAll() throws -> [UInt8] {
    let size = size
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let count = try read(into: rest)
        guard count > 0 else { return }
        filled += count
      }
    }
  }
}
