internal import NIOCore
internal import ObjectStorage
internal import Threads

/// An object of a store, open for reading from tasks: each piece is read on a thread of its own.
///
/// Used by one task at a time.
final class StoredObject: @unchecked Sendable {
  // The reader is used by one thread at a time: the task awaits each before it starts the next.
  private let reader: any ObjectReader
  let info: ObjectInfo
  private static let pieceBytes = 256 << 10

  private init(_ reader: any ObjectReader) {
    self.reader = reader
    info = reader.info
  }

  /// - Returns: Nil where there is no such object.
  static func open(_ location: ObjectLocation, in store: any ObjectStore) async throws -> StoredObject? {
    do {
      return try await withDedicatedThread { StoredObject(try store.open(location)) }
    } catch ObjectStoreError.notFound, ObjectStoreError.invalidKey {
      return nil
    }
  }

  /// The next bytes, at most so many; nil at the end.
  func next(upTo limit: Int64) async throws -> ByteBuffer? {
    let count = Int(min(limit, Int64(Self.pieceBytes)))
    guard count > 0 else { return nil }
    return try await withDedicatedThread { [self] in
      var buffer = ByteBuffer()
      let read = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
        try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]))
      }
      return read == 0 ? nil : buffer
    }
  }

  /// Passes over bytes.
  func skip(_ count: Int64) async throws {
    var left = count
    while left > 0, let piece = try await next(upTo: left) { left -= Int64(piece.readableBytes) }
  }
}
