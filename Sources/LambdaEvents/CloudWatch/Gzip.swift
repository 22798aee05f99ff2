import CZlib

/// Decompression of gzip (RFC 1952), by zlib.
package enum Gzip {
  /// Decompresses all members of a gzip file.
  /// - Parameter limit: the most bytes that come out of it.
  package static func decompress(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
    guard !bytes.isEmpty else { throw .truncated }
    guard let stream = czlib_gunzip_create() else { throw .outOfMemory }
    defer { czlib_gunzip_destroy(stream) }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    var position = 0
    while true {
      var consumed = 0
      var produced = 0
      // The bounds are the counts of both arrays; zlib keeps no pointer to either.
      let status = bytes.withUnsafeBufferPointer { input in
        chunk.withUnsafeMutableBufferPointer { room in
          czlib_gunzip_next(
            stream, input.baseAddress.map { $0 + position }, input.count - position, &consumed, room.baseAddress,
            room.count, &produced)
        }
      }
      position += consumed
      guard output.count + produced <= limit else { throw .tooLarge(limit: limit) }
      output += chunk[..<produced]
      switch Int(status) {
      case CZLIB_MORE: continue
      case CZLIB_END: return output
      case CZLIB_TRUNCATED: throw .truncated
      default: throw .corrupt
      }
    }
  }
}

/// Why bytes do not decompress.
public enum GzipError: Error, Sendable, Equatable, CustomStringConvertible {
  /// They are not gzip, or damaged.
  case corrupt
  /// They end before the compressed data does.
  case truncated
  /// More comes out of them than may.
  case tooLarge(limit: Int)
  /// There is no memory for it.
  case outOfMemory

  /// What is wrong, on one line.
  public var description: String {
    switch self {
    case .corrupt: "they are not gzip, or damaged"
    case .truncated: "they end too early"
    case .tooLarge(let limit): "they are over the limit of \(limit) bytes"
    case .outOfMemory: "out of memory"
    }
  }
}
