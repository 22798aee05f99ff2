public import NIOCore

/// A form's parts, one after the other, from a body that is read as they are.
public struct MultipartReader {
  private var parser: MultipartParser
  private let body: BodyReader
  private var isInPart = false

  /// - Parameters:
  ///   - contentType: The request's, which names the boundary.
  ///   - maximumParts: More are refused.
  /// - Throws: ``MultipartError``.
  public init(_ body: BodyReader, contentType: String?, maximumParts: Int) throws {
    parser = MultipartParser(
      boundary: try MultipartParser.boundary(ofContentType: contentType), maximumParts: maximumParts)
    self.body = body
  }

  /// The next part's header, with what is left of the part before it dropped; nil at the form's end.
  public mutating func nextPart() async throws -> PartHeader? {
    while isInPart { _ = try await nextBytes() }
    switch try await nextEvent() {
    case .part(let header):
      isInPart = true
      return header
    default: return nil
    }
  }

  /// The part's next bytes; nil at its end.
  public mutating func nextBytes() async throws -> ByteBuffer? {
    guard isInPart else { return nil }
    if case .bytes(let bytes) = try await nextEvent() { return bytes }
    isInPart = false
    return nil
  }

  private mutating func nextEvent() async throws -> MultipartParser.Event {
    while true {
      let event = try parser.next()
      guard event == .needsMore else { return event }
      guard let bytes = try await body.next() else {
        guard parser.isAtEnd else { throw MultipartError.truncated }
        return .end
      }
      parser.append(bytes)
    }
  }
}
