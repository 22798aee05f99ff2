import Crypto
import Imaging
import ObjectStorage

/// Hands an object's bytes to the decoder and takes their SHA-256 on the way.
final class HashingSource: ByteSource {
  private let reader: any ObjectReader
  private let limit: Int64
  private let progress: JobProgress
  private var hash = SHA256()
  private(set) var count: Int64 = 0

  /// - Parameter limit: More bytes than this are an error, whatever length the store had named.
  init(_ reader: any ObjectReader, limit: Int64, progress: JobProgress) {
    self.reader = reader
    self.limit = limit
    self.progress = progress
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let read = try reader.read(into: buffer)
    count += Int64(read)
    guard count <= limit else { throw Rejection.tooManyBytes(actual: count, limit: limit) }
    progress.change { $0.bytesRead = count }
    hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<read]))
    return read
  }

  /// Reads what the decoder left over, and returns the digest of the whole object in hex.
  func finish() throws -> String {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while try chunk.withUnsafeMutableBytes({ try read(into: $0) }) > 0 {}
    return hexadecimal(hash.finalize())
  }
}
