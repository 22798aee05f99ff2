import Foundation
import Glibc
import Imaging

/// A file as a stream of bytes, read as the engine asks for them.
final class FileSource: ByteSource {
  private let file: FileHandle

  init(path: String) throws {
    file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = Glibc.read(file.fileDescriptor, buffer.baseAddress, buffer.count)
    guard count >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return count
  }

  /// The whole file, read into the one array that holds it: no second copy is made that would count as memory.
  func readAll() throws -> [UInt8] {
    let size = try file.seekToEnd()
    try file.seek(toOffset: 0)
    guard let size = Int(exactly: size) else { throw POSIXError(.EFBIG) }
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
