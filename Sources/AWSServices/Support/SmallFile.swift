import Glibc

/// Reads the short text files that settings and tokens come in.
enum SmallFile {
  /// - Returns: nil when there is no such file.
  /// - Throws: `AWSError.configuration` when it cannot be read, is not UTF-8, or has more bytes than `limit`.
  static func text(_ path: String, limit: Int) throws -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw AWSError.configuration("cannot open \(path): \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw AWSError.configuration("cannot read \(path): \(String(cString: strerror(errno)))")
      }
      if count == 0 { break }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { throw AWSError.configuration("\(path) is over \(limit) bytes") }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw AWSError.configuration("\(path) is not UTF-8")
    }
    return text
  }
}
