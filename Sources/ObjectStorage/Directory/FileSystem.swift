import Crypto
import Encodings
import FoundationEssentials
import Glibc

/// The few calls on files that the directory store makes, with errors that say what was tried.
enum FileSystem {
  /// Makes a folder and those above it; one that is there already is as good.
  static func makeFolders(_ path: String) throws {
    if mkdir(path, 0o777) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let parent = folder(of: path) else { throw failure("make the folder", path) }
    try makeFolders(parent)
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw failure("make the folder", path) }
  }

  static func folder(of path: String) -> String? {
    // By bytes: a `Character` may be a slash with an accent on it.
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex else { return nil }
    return String(decoding: path.utf8[..<slash], as: UTF8.self)
  }

  static func failure(_ action: String, _ path: String) -> ObjectStoreError {
    .system(action: action, path: path, reason: String(cString: strerror(errno)))
  }
}

/// An open file, closed when it is no longer used.
final class FileDescriptor {
  let path: String
  private let descriptor: Int32

  init(_ descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  func status() throws -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileSystem.failure("look at", path) }
    return status
  }

  func lastModified() throws -> Date { try status().lastModified }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileSystem.failure("read", path) }
    }
  }

  /// The file from where it is read on, up to its length at the call; nil where that is over the limit.
  func readAll(limit: Int) throws -> [UInt8]? {
    let size = Int(try status().st_size)
    guard size <= limit else { return nil }
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      while filled < size {
        let count = try read(
          into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]))
        if count == 0 { break }
        filled += count
      }
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        throw FileSystem.failure("write", path)
      }
    }
  }

  func synchronise() throws {
    guard fsync(descriptor) == 0 else { throw FileSystem.failure("flush", path) }
  }

  /// The MD5 of the whole file in hex, and its length in bytes; the reading position is back at the start afterwards.
  func digest() throws -> (md5: String, size: Int64) {
    var md5 = Insecure.MD5()
    var size: Int64 = 0
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try chunk.withUnsafeMutableBytes { try read(into: $0) }
      if count == 0 { break }
      size += Int64(count)
      chunk.withUnsafeBytes { md5.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileSystem.failure("rewind", path) }
    return (Hexadecimal.encode(md5.finalize()), size)
  }
}

extension stat {
  var lastModified: Date { Date(timeIntervalSince1970: Double(st_mtim.tv_sec) + Double(st_mtim.tv_nsec) / 1e9) }
}
