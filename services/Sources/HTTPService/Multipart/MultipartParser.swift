public import NIOCore

/// Takes a `multipart/form-data` body apart as it comes, holding no more of it than a piece and a delimiter.
///
/// Source: RFC 7578; RFC 2046, section 5.1.
public struct MultipartParser: Sendable {
  /// What the body holds next.
  public enum Event: Sendable, Equatable {
    /// A part begins.
    case part(PartHeader)
    /// Bytes of the part that has begun.
    case bytes(ByteBuffer)
    /// The part ends.
    case endOfPart
    /// The last delimiter has come; whatever follows it is dropped.
    case end
    /// The bytes that have come tell no more: append others.
    case needsMore
  }

  private enum State { case preamble, delimiter, headers, body, epilogue }

  /// The most that the headers of one part may have in bytes.
  public static let maximumHeaderBytes = 8 << 10
  private let delimiter: [UInt8]
  private let maximumParts: Int
  private var parts = 0
  private var state = State.preamble
  private var buffer = ByteBuffer()

  /// - Parameters:
  ///   - boundary: As ``boundary(ofContentType:)`` gives it.
  ///   - maximumParts: More are refused.
  public init(boundary: String, maximumParts: Int) {
    delimiter = Array("\r\n--\(boundary)".utf8)
    self.maximumParts = maximumParts
    // The first delimiter may be the very beginning of the body.
    buffer.writeString("\r\n")
  }

  /// Takes the next bytes of the body.
  public mutating func append(_ bytes: ByteBuffer) {
    var bytes = bytes
    buffer.discardReadBytes()
    buffer.writeBuffer(&bytes)
  }

  /// Whether the body is whole: its last delimiter has come.
  public var isAtEnd: Bool { state == .epilogue }

  /// What the body holds next, of the bytes that have come.
  /// - Throws: ``MultipartError``.
  public mutating func next() throws(MultipartError) -> Event {
    while true {
      switch state {
      case .preamble:
        guard let start = find(delimiter) else {
          skip(buffer.readableBytes - (delimiter.count - 1))
          return .needsMore
        }
        skip(start + delimiter.count)
        state = .delimiter
      case .delimiter:
        guard let hasMore = try delimiterLine() else { return .needsMore }
        guard hasMore else {
          state = .epilogue
          return .end
        }
        parts += 1
        guard parts <= maximumParts else { throw .tooManyParts(limit: maximumParts) }
        state = .headers
      case .headers:
        guard let header = try partHeader() else { return .needsMore }
        state = .body
        return .part(header)
      case .body:
        if let start = find(delimiter) {
          if start > 0 { return .bytes(take(start)) }
          skip(delimiter.count)
          state = .delimiter
          return .endOfPart
        }
        // What could be the beginning of a delimiter waits.
        let safe = buffer.readableBytes - (delimiter.count - 1)
        return safe > 0 ? .bytes(take(safe)) : .needsMore
      case .epilogue:
        skip(buffer.readableBytes)
        return .needsMore
      }
    }
  }

  /// What follows a delimiter: `--` after the last, else the end of the line, before which there may be blanks.
  /// - Returns: Whether a part follows; nil when more must come first.
  private mutating func delimiterLine() throws(MultipartError) -> Bool? {
    let bytes = buffer.readableBytesView
    if bytes.starts(with: "--".utf8) {
      skip(2)
      return false
    }
    if bytes.count < 2 { return nil }
    guard let end = find(Array("\r\n".utf8)) else {
      // The line's end may have come in part.
      guard bytes.count <= 256 + 1 else { throw .malformedDelimiter }
      return nil
    }
    guard end <= 256, bytes.prefix(end).allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { throw .malformedDelimiter }
    // The line's end stays: headers that are none begin with it.
    skip(end)
    return true
  }

  private mutating func partHeader() throws(MultipartError) -> PartHeader? {
    guard let end = find(Array("\r\n\r\n".utf8)) else {
      // Their end may have come in part.
      guard buffer.readableBytes <= Self.maximumHeaderBytes + 3 else {
        throw .headersTooLarge(limit: Self.maximumHeaderBytes)
      }
      return nil
    }
    guard end <= Self.maximumHeaderBytes else { throw .headersTooLarge(limit: Self.maximumHeaderBytes) }
    let lines = Array(buffer.readableBytesView.prefix(end))
    let header = try PartHeader(lines: lines)
    skip(end + 4)
    return header
  }

  private func find(_ pattern: [UInt8]) -> Int? {
    let bytes = buffer.readableBytesView
    guard let first = pattern.first else { return nil }
    var from = bytes.startIndex
    while let index = bytes[from...].firstIndex(of: first) {
      guard bytes.endIndex - index >= pattern.count else { return nil }
      if bytes[index..<index + pattern.count].elementsEqual(pattern) { return index - bytes.startIndex }
      from = index + 1
    }
    return nil
  }

  private mutating func skip(_ count: Int) {
    if count > 0 { buffer.moveReaderIndex(forwardBy: min(count, buffer.readableBytes)) }
  }

  private mutating func take(_ count: Int) -> ByteBuffer { buffer.readSlice(length: count) ?? ByteBuffer() }
}
