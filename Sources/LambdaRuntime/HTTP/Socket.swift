#if canImport(Musl)
  package import Musl
#else
  package import Glibc
#endif

/// One TCP socket, closed when it goes away.
package final class Socket: Sendable {
  private let descriptor: Int32

  /// Takes over a descriptor.
  package init(adopting descriptor: Int32) {
    self.descriptor = descriptor
    var on: Int32 = 1
    // Requests are small and each waits for its response: Nagle's algorithm would add its delay to every one.
    _ = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { _ = close(descriptor) }

  /// Opens a TCP connection.
  @available(*, noasync, message: "blocks the calling thread")
  package static func connect(to endpoint: Endpoint) throws(TransportError) -> Socket {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .connectFailed(endpoint: endpoint, errno: errno) }
    let opened = Socket(adopting: descriptor)
    var failure = withSocketAddress(endpoint) { connectSocket(descriptor, $0, $1) == 0 ? 0 : errno }
    if failure == EINTR || failure == EINPROGRESS {
      // An interrupted connect goes on in the background; its outcome is SO_ERROR once the socket is writable.
      _ = opened.wait(for: Int16(POLLOUT))
      var length = socklen_t(MemoryLayout<Int32>.size)
      failure = getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &length) == 0 ? failure : errno
    }
    guard failure == 0 else { throw .connectFailed(endpoint: endpoint, errno: failure) }
    return opened
  }

  /// True when the peer has closed, reset, or sent something that nobody asked for: not fit for another request.
  package var isStale: Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
  }

  /// Waits, for as long as it takes, and reads at most `buffer.count` bytes to its start; 0 at the end of the stream.
  @available(*, noasync, message: "blocks the calling thread")
  package func receive(into buffer: inout [UInt8]) throws(TransportError) -> Int {
    while true {
      // The bound is the array's own count.
      let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count >= 0 { return count }
      if errno != EINTR { throw .receiveFailed(errno: errno, received: 0) }
    }
  }

  /// What became of a send.
  package enum SendOutcome: Equatable {
    case complete
    /// The peer began to respond, or closed, before it had taken everything: read what it has to say.
    case interrupted
  }

  /// Sends everything, unless the peer responds first.
  @available(*, noasync, message: "blocks the calling thread")
  package func send(_ bytes: [UInt8]) throws(TransportError) -> SendOutcome {
    var sent = 0
    while sent < bytes.count {
      // The bound is what is left of the array: `sent` never passes its count.
      let count = bytes.withUnsafeBytes {
        sendBytes(
          descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent,
          Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count >= 0 {
        sent += count
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK:
        // A server may refuse a body (413) without reading it: waiting to write alone would then wait for ever.
        if wait(for: Int16(POLLIN) | Int16(POLLOUT)) & Int16(POLLIN) != 0 { return .interrupted }
      case EPIPE, ECONNRESET: return .interrupted
      default: throw .sendFailed(errno: errno)
      }
    }
    return .complete
  }

  /// Lends the descriptor, which stays open for as long as `body` runs.
  package func withDescriptor<Result>(_ body: (Int32) -> Result) -> Result { body(descriptor) }

  /// Ends both directions, so that a thread that is waiting in `receive` comes back.
  ///
  /// Safe from any thread.
  package func shutDown() { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }

  private func wait(for events: Int16) -> Int16 {
    var entry = pollfd(fd: descriptor, events: events, revents: 0)
    while poll(&entry, 1, -1) < 0 && errno == EINTR {}
    return entry.revents
  }
}

/// Calls `body` with the endpoint as the C socket address that `connect`, `bind` and `sendto` take.
package func withSocketAddress<Result>(
  _ endpoint: Endpoint, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = endpoint.port.bigEndian
  let (a, b, c, d) = endpoint.octets
  address.sin_addr.s_addr = (UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)).bigEndian
  // The bound is the size of the structure that is handed over.
  return withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
  }
}

// Inside `Socket` these names are its own methods.
private let connectSocket = connect
private let sendBytes = send
