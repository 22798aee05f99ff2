/// Reads HTTP/1.1 messages off a socket, however their bytes are split (RFC 9112).
package final class HTTPReader {
  /// The bound on a start line with its header fields, and on trailer fields.
  package static let headLimit = 128 * 1024
  /// The bound on the line before a chunk: its size, and extensions that nobody uses.
  private static let chunkLineLimit = 1024

  private let socket: Socket
  private var buffer = [UInt8](repeating: 0, count: 16 * 1024)
  private var position = 0
  private var end = 0
  /// Bytes received since the current message began.
  private var received = 0

  package init(_ socket: Socket) {
    self.socket = socket
  }

  /// Whether bytes were received that no message has used.
  package var hasLeftovers: Bool { position < end }

  /// Reads one response to a request; interim (1xx) responses are passed over.
  @available(*, noasync, message: "blocks the calling thread")
  package func response(bodyLimit: Int) throws(TransportError) -> HTTPResponse {
    received = end - position
    while true {
      let head = try responseHead()
      if (100..<200).contains(head.status) { continue }
      if head.status == 204 || head.status == 304 { return HTTPResponse(head: head, body: HTTPBody()) }
      let framed = head.fields["Content-Length"] != nil || head.fields["Transfer-Encoding"] != nil
      let body = framed ? try body(after: head.fields, limit: bodyLimit) : try bodyToEnd(limit: bodyLimit)
      return HTTPResponse(head: head, body: body)
    }
  }

  private func responseHead() throws(TransportError) -> HTTPResponseHead {
    var budget = Self.headLimit
    let line = try line(budget: &budget)
    // HTTP/1.1 200 OK, where the reason may be missing.
    let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0", parts[1].utf8.count == 3,
      let status = Int(parts[1]), status >= 100
    else { throw .malformed("status line \(quoted(line))") }
    return HTTPResponseHead(
      status: status, fields: try fields(budget: &budget), minorVersion: parts[0] == "HTTP/1.1" ? 1 : 0)
  }

  /// Reads one request's head; nil when the peer closed between requests.
  @available(*, noasync, message: "blocks the calling thread")
  package func requestHead() throws(TransportError) -> (method: String, target: String, fields: HTTPFields)? {
    received = end - position
    if position == end, try fill() == 0 { return nil }
    var budget = Self.headLimit
    let line = try line(budget: &budget)
    let parts = line.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[2] == "HTTP/1.1" || parts[2] == "HTTP/1.0" else {
      throw .malformed("request line \(quoted(line))")
    }
    return (String(parts[0]), String(parts[1]), try fields(budget: &budget))
  }

  /// Takes content as it comes.
  ///
  /// By throwing it refuses the rest.
  package typealias PieceTaker = (ArraySlice<UInt8>) throws(TransportError) -> Void

  /// Reads the content that the header fields announce: chunked, or of a stated length, or none.
  /// - Parameter take: gets the content piece by piece; the result has no bytes then.
  @available(*, noasync, message: "blocks the calling thread")
  package func body(
    after fields: HTTPFields, limit: Int, passingTo take: PieceTaker? = nil
  ) throws(TransportError) -> HTTPBody {
    if let coding = fields["Transfer-Encoding"] {
      guard HTTPFields.equal(coding, "chunked") else { throw .malformed("Transfer-Encoding \(quoted(coding))") }
      return try chunkedBody(limit: limit, take)
    }
    guard let text = fields["Content-Length"] else { return HTTPBody() }
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      throw .malformed("Content-Length \(quoted(text))")
    }
    // Digits that overflow an Int name a length over every limit.
    guard let length = Int(text), length <= limit else { return HTTPBody(isOverLimit: true) }
    var bytes: [UInt8] = []
    if take == nil { bytes.reserveCapacity(length) }
    try read(length, into: &bytes, take)
    return HTTPBody(bytes: bytes)
  }

  // MARK: Bodies

  private func chunkedBody(limit: Int, _ take: PieceTaker?) throws(TransportError) -> HTTPBody {
    var bytes: [UInt8] = []
    // Of all chunks, those that somebody else takes too.
    var total = 0
    while true {
      var budget = Self.chunkLineLimit
      let sizeLine = try line(budget: &budget, else: .malformed("a chunk line is over \(Self.chunkLineLimit) bytes"))
      let digits = sizeLine.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
      // Int(_, radix:) also takes a sign, which the grammar (RFC 9112, 7.1) does not.
      guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
        throw .malformed("chunk size \(quoted(sizeLine))")
      }
      // Digits that overflow an Int name a length over every limit.
      guard let size = Int(digits, radix: 16), size <= limit - total else { return HTTPBody(isOverLimit: true) }
      if size == 0 {
        var trailerBudget = Self.headLimit
        let error = TransportError.malformed("the trailer fields are over \(Self.headLimit) bytes")
        return HTTPBody(bytes: bytes, trailers: try fields(budget: &trailerBudget, else: error))
      }
      try read(size, into: &bytes, take)
      total += size
      var terminatorBudget = 2
      let error = TransportError.malformed("a chunk is longer than its size of \(size) bytes")
      guard try line(budget: &terminatorBudget, else: error).isEmpty else { throw error }
    }
  }

  private func bodyToEnd(limit: Int) throws(TransportError) -> HTTPBody {
    var bytes: [UInt8] = []
    while true {
      guard bytes.count + (end - position) <= limit else { return HTTPBody(isOverLimit: true) }
      bytes.append(contentsOf: buffer[position..<end])
      position = end
      if try fill() == 0 { return HTTPBody(bytes: bytes) }
    }
  }

  /// Reads exactly `count` bytes of the stream, and appends them unless somebody else takes them.
  private func read(_ count: Int, into bytes: inout [UInt8], _ take: PieceTaker?) throws(TransportError) {
    var missing = count
    while missing > 0 {
      if position == end { try refill() }
      let piece = buffer[position..<position + min(missing, end - position)]
      position += piece.count
      missing -= piece.count
      if let take { try take(piece) } else { bytes.append(contentsOf: piece) }
    }
  }

  // MARK: Lines

  /// - Parameter error: thrown when the budget is not enough.
  private func fields(
    budget: inout Int, else error: TransportError = .headTooLarge(limit: headLimit)
  ) throws(TransportError) -> HTTPFields {
    var fields = HTTPFields()
    while true {
      let line = try line(budget: &budget, else: error)
      if line.isEmpty { return fields }
      guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")), colon != line.startIndex else {
        throw .malformed("header field \(quoted(line))")
      }
      let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
      var value = line.utf8[line.utf8.index(after: colon)...]
      value = value.drop(while: isBlank)
      while let last = value.last, isBlank(last) { value.removeLast() }
      fields.append(String(line[..<colon]), String(Substring(value)))
    }
  }

  /// Reads up to CRLF or a lone LF (RFC 9112, 2.2) and leaves it out.
  ///
  /// A CR or NUL inside becomes a space, lest it end a line or a C string where the value goes next (RFC 9110, 5.5);
  /// bytes that are not UTF-8 become U+FFFD.
  /// - Parameter error: thrown when the line takes more bytes than the budget has.
  private func line(
    budget: inout Int, else error: TransportError = .headTooLarge(limit: headLimit)
  ) throws(TransportError) -> String {
    var line: [UInt8] = []
    while true {
      if position == end { try refill() }
      let available = buffer[position..<end]
      let newline = available.firstIndex(of: UInt8(ascii: "\n"))
      line.append(contentsOf: available[..<(newline ?? end)])
      guard line.count <= budget else { throw error }
      position = newline.map { $0 + 1 } ?? end
      if newline != nil { break }
    }
    budget -= line.count
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    for index in line.indices where line[index] == UInt8(ascii: "\r") || line[index] == 0 {
      line[index] = UInt8(ascii: " ")
    }
    return String(decoding: line, as: UTF8.self)
  }

  private func refill() throws(TransportError) {
    if try fill() == 0 { throw .closedEarly(received: received) }
  }

  private func fill() throws(TransportError) -> Int {
    do {
      end = try socket.receive(into: &buffer)
    } catch .receiveFailed(let errno, _) {
      throw .receiveFailed(errno: errno, received: received)
    }
    position = 0
    received += end
    return end
  }

  private func quoted(_ text: String) -> String { "“\(text.prefix(80))”" }
}
