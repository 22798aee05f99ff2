import AWSServices
import Crypto

/// A stretch of an object's content by its length and its digest: enough to know the content again.
struct ContentPiece {
  var count: Int
  /// SHA-256 in Base64; one that is not known matches nothing.
  var checksum: String?

  /// Whether an object consists of exactly these pieces.
  static func match(_ pieces: [ContentPiece], _ reader: some ObjectReader) throws -> Bool {
    guard reader.info.size == Int64(pieces.reduce(0) { $0 + $1.count }) else { return false }
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    for piece in pieces {
      var hash = SHA256()
      var left = piece.count
      while left > 0 {
        let count = try chunk.withUnsafeMutableBytes {
          try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<min(left, $0.count)]))
        }
        guard count > 0 else { return false }
        chunk.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        left -= count
      }
      guard PayloadDigest(hash.finalize()).base64 == piece.checksum else { return false }
    }
    return true
  }
}
