import CLinux
package import LambdaRuntime

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a server does with sockets.
extension Socket {
  /// Listens on the loopback interface; port 0 takes one that is free.
  package static func listen(port: UInt16) throws(ServerError) -> (socket: Socket, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw ServerError(port: port, errno: errno) }
    let socket = Socket(adopting: descriptor)
    var on: Int32 = 1
    _ = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    let isBound = withSocketAddress(Endpoint(loopbackPort: port)) { bind(descriptor, $0, $1) } == 0
    guard isBound, startListening(descriptor, 128) == 0 else { throw ServerError(port: port, errno: errno) }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // The bound is the size of the structure that is filled.
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return (socket, UInt16(bigEndian: address.sin_port))
  }

  /// Waits for the next connection; nil once the listener is shut down.
  @available(*, noasync, message: "blocks the calling thread")
  package func accept() -> Socket? {
    withDescriptor { descriptor in
      while true {
        let connection = clinux_accept(descriptor)
        if connection >= 0 { return Socket(adopting: connection) }
        switch errno {
        case EINTR, ECONNABORTED: continue
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
          // The connection waits in the kernel's queue until something else is closed.
          usleep(10_000)
        default: return nil
        }
      }
    }
  }

  /// Ends what this side sends (FIN), and leaves the other direction open.
  package func endSending() {
    withDescriptor { _ = shutdown($0, Int32(SHUT_WR)) }
  }

  /// Ends the connection with a reset (RST) instead of a close (FIN), which `shutdown` would send first.
  package func reset() {
    var nowhere = sockaddr()
    nowhere.sa_family = sa_family_t(AF_UNSPEC)
    // The bound is the size of the structure that is handed over. No family is how Linux is asked to disconnect.
    withDescriptor { _ = connectSocket($0, &nowhere, socklen_t(MemoryLayout<sockaddr>.size)) }
  }
}

/// The server could not listen.
package struct ServerError: Error, CustomStringConvertible {
  let port: UInt16
  let errno: Int32
  package var description: String { "cannot listen on 127.0.0.1:\(port): errno \(errno)" }
}

// Inside `Socket` these names are its own methods.
private let startListening = listen
private let connectSocket = connect
