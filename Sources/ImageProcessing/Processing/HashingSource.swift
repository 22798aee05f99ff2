import Crypto
import Encodings
import Imaging
import LambdaRuntime
import ObjectStorage

/// Hands an object's bytes to the decoder and takes their SHA-256 on the way.
final class HashingSource: ByteSource {
  private let reader: any ObjectReader
  private let limit: Int64
  private let deadline: Deadline
  private let progress: JobProgress
  private let reopen: () throws -> (any ObjectReader)?
  private var hash = SHA256()
  private(set) var count: Int64 = 0
  /// Of the whole object, once it has been read.
  private var digest: String?

  /// - Parameters:
  ///   - limit: More bytes than this are an error, whatever length the store had named.
  ///   - deadline: Nothing is read after it: a download that drips would hold its thread and memory for hours.
  ///   - reopen: Opens the same object once more; nil where another is in its place by then.
  init(
    _ reader: any ObjectReader, limit: Int64, deadline: Deadline, progress: JobProgress,
    reopen: @escaping () throws -> (any ObjectReader)?
  ) {
    self.reader = reader
    self.limit = limit
    self.deadline = deadline
    self.progress = progress
    self.reopen = reopen
  }

  func again() throws -> (any ByteSource)? {
    // What is left of the digest's bytes comes before the others.
    _ = try finish()
    return try reopen().map { RereadSource($0, limit: limit, deadline: deadline) }
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !deadline.isPast else { throw OutOfTime.givenUp }
    let read = try reader.read(into: buffer)
    count += Int64(read)
    guard count <= limit else { throw Rejection.tooManyBytes(actual: count, limit: limit) }
    progress.change { $0.bytesRead = count }
    hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<read]))
    return read
  }

  /// Reads what the decoder left over, and returns the digest of the whole object in hex.
  func finish() throws -> String {
    if let digest { return digest }
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while try chunk.withUnsafeMutableBytes({ try read(into: $0) }) > 0 {}
    let text = Hexadecimal.encode(hash.finalize())
    digest = text
    return text
  }
}

/// Hands an object's bytes to the decoder once more.
private final class RereadSource: ByteSource {
  private let reader: any ObjectReader
  private let deadline: Deadline
  private var left: Int64

  init(_ reader: any ObjectReader, limit: Int64, deadline: Deadline) {
    self.reader = reader
    self.deadline = deadline
    left = limit
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !deadline.isPast else { throw OutOfTime.givenUp }
    let read = try reader.read(into: buffer)
    left -= Int64(read)
    return left < 0 ? 0 : read
  }
}
