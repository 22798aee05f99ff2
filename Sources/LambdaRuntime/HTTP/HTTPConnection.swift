// Why: docs/decisions/0001-own-runtime-http.md

/// A kept-alive HTTP/1.1 connection to one server, made again whenever the server has closed it.
///
/// Never through a proxy, and never with a time-out: the process may be frozen while it waits. Used from one thread.
package final class HTTPConnection {
  private let endpoint: Endpoint
  private let bodyLimit: Int
  private var open: (socket: Socket, reader: HTTPReader)?

  /// - Parameter bodyLimit: the longest content of a response that is read, in bytes.
  package init(to endpoint: Endpoint, bodyLimit: Int) {
    self.endpoint = endpoint
    self.bodyLimit = bodyLimit
  }

  /// Closes the connection; the next request opens another.
  package func disconnect() { open = nil }

  /// Sends a request and reads its response.
  ///
  /// When a connection that served before turns out to be closed, the request is sent once more on a new one: a
  /// server may close an idle connection at any time, and that is not a failure (RFC 9112, 9.5). One that began to
  /// respond is not asked again.
  @available(*, noasync, message: "blocks the calling thread")
  package func exchange(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    let bytes = request.bytes(host: endpoint)
    let (socket, isReused) = try connect()
    do {
      return try exchange(bytes, on: socket)
    } catch let failure {
      disconnect()
      guard isReused, failure.meansNoResponse else { throw failure }
    }
    let (fresh, _) = try connect()
    do {
      var response = try exchange(bytes, on: fresh)
      response.wasResent = true
      return response
    } catch {
      disconnect()
      throw error
    }
  }

  private func exchange(_ bytes: [UInt8], on socket: Socket) throws(TransportError) -> HTTPResponse {
    let outcome = try socket.send(bytes)
    return try readResponse(afterWholeRequest: outcome == .complete)
  }

  /// Begins a request whose content follows in pieces.
  ///
  /// The head must say `Transfer-Encoding: chunked`.
  @available(*, noasync, message: "blocks the calling thread")
  package func begin(_ request: HTTPRequest) throws(TransportError) {
    try send(request.bytes(host: endpoint), on: connect().socket)
  }

  /// Sends one piece of a chunked request.
  ///
  /// Throws when the server has responded or closed already.
  @available(*, noasync, message: "blocks the calling thread")
  package func sendChunk(_ bytes: [UInt8]) throws(TransportError) {
    // Small pieces would all fit into the socket's buffer, with nobody there to read them.
    if open?.socket.isStale ?? false { throw .respondedEarly }
    try send(HTTPChunk.framed(bytes))
  }

  /// Ends a chunked request and reads its response.
  @available(*, noasync, message: "blocks the calling thread")
  package func finish(trailers: [(name: String, value: String)]) throws(TransportError) -> HTTPResponse {
    try send(HTTPChunk.last(trailers: trailers))
    do {
      return try readResponse(afterWholeRequest: true)
    } catch {
      disconnect()
      throw error
    }
  }

  /// Reads the response that cut a chunked request short, and closes the connection.
  @available(*, noasync, message: "blocks the calling thread")
  package func earlyResponse() throws(TransportError) -> HTTPResponse {
    defer { disconnect() }
    return try readResponse(afterWholeRequest: false)
  }

  // MARK: The connection

  private func send(_ bytes: [UInt8], on socket: Socket? = nil) throws(TransportError) {
    guard let socket = socket ?? open?.socket else { throw .closedEarly(received: 0) }
    guard try socket.send(bytes) == .complete else { throw .respondedEarly }
  }

  private func readResponse(afterWholeRequest isWhole: Bool) throws(TransportError) -> HTTPResponse {
    guard let reader = open?.reader else { throw .closedEarly(received: 0) }
    let response = try reader.response(bodyLimit: bodyLimit)
    // What is left of a request that was cut short, or of a response, would be taken for the start of the next.
    if !isWhole || response.body.isOverLimit || reader.hasLeftovers || response.head.closesConnection {
      disconnect()
    }
    return response
  }

  private func connect() throws(TransportError) -> (socket: Socket, isReused: Bool) {
    if let open, !open.socket.isStale { return (open.socket, true) }
    disconnect()
    let socket = try Socket.connect(to: endpoint)
    open = (socket, HTTPReader(socket))
    return (socket, false)
  }
}

extension HTTPResponseHead {
  /// Whether the server will close after this response (RFC 9112, 9.3 and 6.3).
  fileprivate var closesConnection: Bool {
    if fields["Content-Length"] == nil, fields["Transfer-Encoding"] == nil, status != 204, status != 304 { return true }
    guard let value = fields["Connection"] else { return minorVersion == 0 }
    return HTTPFields.equal(value, "close") || (minorVersion == 0 && !HTTPFields.equal(value, "keep-alive"))
  }
}

extension TransportError {
  /// Whether the server was gone before it sent the first byte of a response.
  fileprivate var meansNoResponse: Bool {
    switch self {
    case .closedEarly(received: 0), .receiveFailed(_, received: 0), .sendFailed: true
    default: false
    }
  }
}
