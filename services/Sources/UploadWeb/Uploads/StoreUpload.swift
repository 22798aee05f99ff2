internal import Crypto
internal import Encodings
internal import FoundationEssentials
internal import NIOCore
internal import ObjectStorage
internal import Threads

/// An upload on its way into the store, piece by piece: the client's next bytes are taken when those before are
/// written.
///
/// Used by one task at a time; every piece is written on a thread of its own, since a store blocks.
final class StoreUpload: @unchecked Sendable {
  // The writer is used by one thread at a time: the task awaits each before it starts the next.
  private let writer: any ObjectWriter
  private var hash = SHA256()
  private var waiting = emptyPiece()
  private(set) var bytes: Int64 = 0

  /// Pieces are written when they are as large as this: few threads, and little memory for hundreds at once.
  private static let pieceBytes = 32 << 10

  /// With room for what comes last, so that it does not grow to twice its size.
  private static func emptyPiece() -> ByteBuffer { ByteBufferAllocator().buffer(capacity: pieceBytes + (16 << 10)) }

  private init(_ writer: any ObjectWriter) { self.writer = writer }

  static func begin(_ location: ObjectLocation, contentType: String, in store: any ObjectStore) async throws
    -> StoreUpload
  {
    try await withDedicatedThread {
      StoreUpload(
        try store.write(
          to: location, attributes: ObjectAttributes(contentType: contentType), condition: .ifAbsent))
    }
  }

  func write(_ piece: ByteBuffer) async throws {
    var piece = piece
    bytes += Int64(piece.readableBytes)
    waiting.writeBuffer(&piece)
    if waiting.readableBytes >= Self.pieceBytes { try await flush() }
  }

  /// Makes it an object that stays.
  /// - Parameter sha256: What its bytes must have, in hex; nil for whatever they have.
  /// - Returns: Its ETag; nil where the bytes are others, and nothing stays.
  func commit(ifSHA256 sha256: String?) async throws -> String? {
    try await flush()
    if let sha256, sha256 != Hexadecimal.encode(hash.finalize()) { return nil }
    return try await withDedicatedThread { [self] in try writer.commit() }
  }

  private func flush() async throws {
    guard waiting.readableBytes > 0 else { return }
    let piece = waiting
    waiting = Self.emptyPiece()
    try await withDedicatedThread { [self] in
      try piece.withUnsafeReadableBytes { bytes in
        hash.update(bufferPointer: bytes)
        try writer.write(bytes)
      }
    }
  }
}
