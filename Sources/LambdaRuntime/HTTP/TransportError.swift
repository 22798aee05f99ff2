/// What can go wrong between this process and an HTTP server, below the level of status codes.
package enum TransportError: Error, Equatable, CustomStringConvertible {
  case connectFailed(endpoint: Endpoint, errno: Int32)
  case sendFailed(errno: Int32)
  /// The connection broke, as by a reset, after `received` bytes of a response; 0 when nothing had come.
  case receiveFailed(errno: Int32, received: Int)
  /// The peer closed the connection after `received` bytes of a response; 0 when it sent nothing at all.
  case closedEarly(received: Int)
  /// The peer responded, or closed, while the request was still being sent.
  case respondedEarly
  /// The message breaks HTTP/1.1 (RFC 9112): what, and the bytes where it does.
  case malformed(String)
  case headTooLarge(limit: Int)

  package var description: String {
    switch self {
    case .connectFailed(let endpoint, let code): "cannot connect to \(endpoint): errno \(code)"
    case .sendFailed(let code): "cannot send: errno \(code)"
    case .receiveFailed(let code, let received): "cannot receive after \(received) bytes of a response: errno \(code)"
    case .closedEarly(let received): "the connection was closed after \(received) bytes of a response"
    case .respondedEarly: "the peer responded before it had the whole request"
    case .malformed(let what): "malformed HTTP message: \(what)"
    case .headTooLarge(let limit): "the head of the message is over \(limit) bytes"
    }
  }
}
