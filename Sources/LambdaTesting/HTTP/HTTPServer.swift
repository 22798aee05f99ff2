package import LambdaRuntime
import Threads

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A small HTTP/1.1 server on the loopback interface: a thread for each connection.
package final class HTTPServer: Sendable {
  package struct Request: Sendable {
    package var method: String
    package var target: String
    package var fields: HTTPFields
    package var body: HTTPBody
    /// Which connection it came over, counted from 1.
    package var connection: Int
    /// The connection itself, for a response that goes out in pieces.
    package var socket: Socket
  }

  /// How the content of a request is read.
  package enum Intake: Sendable {
    /// Whole, before the request is answered.
    case whole
    /// Piece by piece, as it comes; the request that is answered has no content then.
    case pieces(@Sendable ([UInt8]) -> Void)
    /// Only so many bytes of it; the reply follows, and the end of the connection.
    case refused(Reply, after: Int)
  }

  /// What becomes of a request.
  package enum Response: Sendable {
    case reply(Reply)
    /// The response went out over the request's socket already.
    case sent(keepsConnection: Bool)
  }

  private struct State {
    var connections: [Int: Socket] = [:]
    var nextID = 0
    var isStopped = false
  }

  /// The port that the system gave, or that was asked for.
  package let port: UInt16
  private let listener: Socket
  private let bodyLimit: Int
  private let state = Monitor(State())
  private let intake: @Sendable (Request) -> Intake
  private let respond: @Sendable (Request) -> Response

  /// Listens on 127.0.0.1.
  /// - Parameters:
  ///   - port: 0 for one that is free.
  ///   - bodyLimit: the longest content of a request that is read.
  ///   - intake: called with a request whose content is still to come.
  ///   - respond: called on the connection's thread; may block.
  package init(
    port: UInt16 = 0, bodyLimit: Int = 64 * 1024 * 1024,
    intake: @escaping @Sendable (Request) -> Intake = { _ in .whole },
    respond: @escaping @Sendable (Request) -> Response
  ) throws {
    (listener, self.port) = try Socket.listen(port: port)
    self.bodyLimit = bodyLimit
    self.intake = intake
    self.respond = respond
    try DedicatedThread { [self] in acceptConnections() }.detach()
  }

  /// Ends all connections; who connects now is refused.
  package func stop() {
    state.change {
      $0.isStopped = true
      for connection in $0.connections.values { connection.shutDown() }
    }
    listener.shutDown()
  }

  private func acceptConnections() {
    while let connection = listener.accept() {
      let id: Int? = state.change {
        if $0.isStopped { return nil }
        $0.nextID += 1
        $0.connections[$0.nextID] = connection
        return $0.nextID
      }
      guard let id else { return }
      let started: Void? = try? DedicatedThread { [self] in
        serve(connection, id)
        connection.shutDown()
        state.change { $0.connections[id] = nil }
      }.detach()
      if started == nil { connection.shutDown() }
    }
  }

  private func serve(_ connection: Socket, _ id: Int) {
    let reader = HTTPReader(connection)
    do {
      while let head = try reader.requestHead() {
        if head.fields["Expect"] != nil {
          _ = try connection.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        }
        var request = Request(
          method: head.method, target: head.target, fields: head.fields, body: HTTPBody(), connection: id,
          socket: connection)
        switch intake(request) {
        case .whole: request.body = try reader.body(after: head.fields, limit: bodyLimit)
        case .pieces(let take):
          request.body = try reader.body(after: head.fields, limit: bodyLimit) { take(Array($0)) }
        case .refused(let reply, let count):
          if count > 0 { read(reader, head.fields, upTo: count) }
          _ = try reply.send(over: connection)
          return
        }
        if request.body.isOverLimit {
          _ = try Reply.status(413, #"{"errorType":"RequestEntityTooLarge"}"#).send(over: connection)
          return
        }
        switch respond(request) {
        case .reply(let reply): guard try reply.send(over: connection) else { return }
        case .sent(let keepsConnection): guard keepsConnection else { return }
        }
        if let option = head.fields["Connection"], HTTPFields.equal(option, "close") { return }
      }
    } catch {
      // The other end of the connection is broken; there is nobody to be told.
    }
  }

  /// Reads the beginning of a request's content, and throws it away.
  private func read(_ reader: HTTPReader, _ fields: HTTPFields, upTo count: Int) {
    var missing = count
    _ = try? reader.body(after: fields, limit: bodyLimit) { (piece) throws(TransportError) in
      missing -= piece.count
      if missing <= 0 { throw .respondedEarly }
    }
  }
}
