internal import HTTPService
internal import Hummingbird
internal import NIOCore
internal import ObjectStorage
internal import Threads

/// A kept message's bytes on their way to whoever asked for them: read a piece at a time, so that neither their number
/// nor a slow client takes memory.
///
/// Used by one task at a time.
final class MessageDownload: @unchecked Sendable {
  // The reader is used by one thread at a time: the task awaits each piece before it asks for the next.
  private let reader: any ObjectReader
  private let share: ByteBudget.Share

  /// What each holds, beside the store's own.
  static let pieceBytes = 256 << 10

  private init(_ reader: any ObjectReader, _ share: ByteBudget.Share) {
    self.reader = reader
    self.share = share
  }

  /// - Parameter budget: For the pieces of all downloads together.
  /// - Throws: `HTTPFault` 503 where there is no room for one more, 404 where there is no such object.
  static func open(
    _ location: ObjectLocation, in store: any ObjectStore, within budget: ByteBudget
  ) async throws -> MessageDownload {
    let share = ByteBudget.Share(of: budget)
    guard share.grow(to: pieceBytes) else {
      throw HTTPFault(
        .serviceUnavailable, code: "busy",
        message: "As many messages as may be are being downloaded; try again in a few seconds.",
        headers: [.retryAfter: "5"])
    }
    do {
      return try await withDedicatedThread { MessageDownload(try store.open(location), share) }
    } catch ObjectStoreError.notFound {
      throw HTTPFault.notFound
    }
  }

  /// The rest of the bytes, as a response has them; until it lets them go, this counts as running.
  var body: ResponseBody {
    let size = reader.info.size
    return ResponseBody(contentLength: Int(size)) { writer in
      var left = size
      while left > 0 {
        guard let piece = try await self.next(upTo: left) else { throw TruncatedMessage() }
        left -= Int64(piece.readableBytes)
        try await writer.write(piece)
      }
      try await writer.finish(nil)
    }
  }

  private func next(upTo limit: Int64) async throws -> ByteBuffer? {
    let count = Int(min(limit, Int64(Self.pieceBytes)))
    return try await withDedicatedThread { [self] in
      var buffer = ByteBuffer()
      let read = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
        try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]))
      }
      return read == 0 ? nil : buffer
    }
  }
}

/// A message that ended before the length that was told: the connection ends, so that nobody takes it for whole.
private struct TruncatedMessage: Error {}
