import LambdaRuntime

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a scripted server sends back: a proper response, or one of the faults that a network has in store.
public enum Reply: Sendable {
  /// A whole response with header fields and content.
  case response(status: Int, fields: [(name: String, value: String)], body: [UInt8])
  /// Exactly these bytes, sent one piece after the other.
  case raw([[UInt8]], thenClose: Bool)
  /// Exactly these bytes, then the end of what the server sends (FIN), upon which `whenDone` is called; it reads on,
  /// and sends nothing more.
  case halfClose([UInt8], whenDone: @Sendable () -> Void = {})
  /// A reply that does not wait for the whole request: it comes once so many bytes of the content were read, and then
  /// the connection is closed.
  indirect case early(Reply, after: Int)
  /// Exactly these bytes, and then the connection is reset (RST).
  case cut([UInt8])
  /// Nothing: the connection is closed.
  case close
  /// Nothing: the connection is reset.
  case reset

  /// A response with JSON content.
  public static func status(_ status: Int, _ json: String = "{}") -> Reply {
    .response(status: status, fields: [("Content-Type", "application/json")], body: Array(json.utf8))
  }

  /// Sends the reply.
  /// - Returns: whether the connection stays open.
  func send(over connection: Socket) throws(TransportError) -> Bool {
    switch self {
    case .response:
      return try connection.send(bytes) == .complete
    case .raw(let pieces, let thenClose):
      for piece in pieces {
        _ = try connection.send(piece)
        // Long enough for the other end to see the pieces apart.
        if pieces.count > 1 { usleep(500) }
      }
      return !thenClose
    case .halfClose(let bytes, let whenDone):
      _ = try connection.send(bytes)
      connection.endSending()
      whenDone()
      var buffer = [UInt8](repeating: 0, count: 16 * 1024)
      while try connection.receive(into: &buffer) > 0 {}
      return false
    case .cut(let bytes):
      _ = try connection.send(bytes)
      connection.reset()
      return false
    case .early(let reply, _):
      _ = try reply.send(over: connection)
      return false
    case .close:
      return false
    case .reset:
      connection.reset()
      return false
    }
  }

  /// The reply as it goes over the wire; empty for those that send nothing.
  public var bytes: [UInt8] {
    switch self {
    case .response(let status, let fields, let body):
      var head = "HTTP/1.1 \(status) Status\r\n"
      for (name, value) in fields { head += "\(name): \(value)\r\n" }
      // Who sets a framing of their own means it.
      if !fields.contains(where: { HTTPFields.equal($0.name, "Content-Length") }) {
        head += "Content-Length: \(body.count)\r\n"
      }
      return Array((head + "\r\n").utf8) + body
    case .raw(let pieces, _): return pieces.flatMap { $0 }
    case .halfClose(let bytes, _), .cut(let bytes): return bytes
    case .early(let reply, _): return reply.bytes
    case .close, .reset: return []
    }
  }
}
