package import LambdaRuntime

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
  private let answer: @Sendable (Request) -> Reply

  /// Listens on 127.0.0.1.
  /// - Parameters:
  ///   - port: 0 for one that is free.
  ///   - bodyLimit: the longest content of a request that is read.
  ///   - answer: called on the connection's thread; may block.
  package init(
    port: UInt16 = 0, bodyLimit: Int = 64 * 1024 * 1024, answer: @escaping @Sendable (Request) -> Reply
  ) throws {
    (listener, self.port) = try Socket.listen(port: port)
    self.bodyLimit = bodyLimit
    self.answer = answer
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
        let body = try reader.body(after: head.fields, limit: bodyLimit)
        let request = Request(
          method: head.method, target: head.target, fields: head.fields, body: body, connection: id)
        let reply = body.isOverLimit ? Reply.status(413, #"{"errorType":"RequestEntityTooLarge"}"#) : answer(request)
        guard try reply.send(over: connection), !body.isOverLimit else { return }
        if let option = head.fields["Connection"], HTTPFields.equal(option, "close") { return }
      }
    } catch {
      // The other end of the connection is broken; there is nobody to be told.
    }
  }
}
