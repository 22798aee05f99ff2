internal import Hummingbird
public import NIOCore
internal import Synchronization

/// A request's body as it comes, with the limit that the route has set for it.
///
/// Read by one task at a time. Nothing is read ahead: a client whose bytes are not taken is held back by its
/// connection.
public final class BodyReader: @unchecked Sendable {
  // One request has one task, which reads the body and, when the response is written, drains it.
  private var iterator: RequestBody.AsyncIterator?
  /// What `Content-Length` said.
  public let declaredLength: Int64?
  private let limit = Atomic<Int64>(defaultLimit)
  private let count = Atomic<Int64>(0)

  /// Taken where no route sets a limit of its own.
  public static let defaultLimit: Int64 = 64 << 10

  init(_ body: RequestBody?, declaredLength: Int64?) {
    iterator = body?.makeAsyncIterator()
    self.declaredLength = declaredLength
  }

  /// Bytes that have been read so far.
  public var bytesRead: Int64 { count.load(ordering: .relaxed) }

  /// Sets what the body may have at most, and refuses at once what is declared to be more.
  /// - Throws: `HTTPFault` 413.
  public func allow(_ bytes: Int64) throws {
    limit.store(bytes, ordering: .relaxed)
    if let declaredLength, declaredLength > bytes {
      throw HTTPFault.tooLarge(limit: bytes, actual: declaredLength)
    }
  }

  /// The next bytes; nil at the end.
  /// - Throws: `HTTPFault` 413 as soon as there are more than are allowed; whatever ends the connection.
  public func next() async throws -> ByteBuffer? {
    guard let bytes = try await take() else { return nil }
    let all = count.add(Int64(bytes.readableBytes), ordering: .relaxed).newValue
    let most = limit.load(ordering: .relaxed)
    guard all <= most else { throw HTTPFault.tooLarge(limit: most) }
    return bytes
  }

  /// Reads the whole body, of at most `limit` bytes.
  public func collect(upTo limit: Int) async throws -> ByteBuffer {
    try allow(Int64(limit))
    var all = ByteBuffer()
    while var bytes = try await next() { all.writeBuffer(&bytes) }
    return all
  }

  /// Reads what is left and drops it, for a while and up to a number of bytes, so that a client that is still sending
  /// gets to read the response before the connection ends.
  /// - Returns: Whether the body has come to its end.
  func drain(upTo bytes: Int, for duration: Duration) async -> Bool {
    guard iterator != nil else { return true }
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask { [self] in
        var left = bytes
        while left > 0 {
          guard let piece = try? await take() else { return iterator == nil }
          left -= piece.readableBytes
        }
        return false
      }
      group.addTask {
        try? await Task.sleep(for: duration)
        return false
      }
      let isAtEnd = await group.next() ?? false
      group.cancelAll()
      return isAtEnd
    }
  }

  private func take() async throws -> ByteBuffer? {
    guard var current = iterator else { return nil }
    let bytes = try await current.next()
    iterator = bytes == nil ? nil : current
    return bytes
  }
}
