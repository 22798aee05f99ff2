#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The X-Ray daemon, which takes segment documents as UDP datagrams.
struct XRayDaemon {
  /// A datagram carries no more; the daemon would take no larger document either.
  private static let datagramLimit = 64_000
  private let endpoint: Endpoint

  /// Reads `AWS_XRAY_DAEMON_ADDRESS`: `169.254.79.129:2000`, or `tcp:…:2000 udp:…:2000`.
  init?(_ address: String) {
    let udp = address.split(separator: " ").first { $0.hasPrefix("udp:") }.map { $0.dropFirst(4) }
    guard let endpoint = Endpoint(String(udp ?? address[...])) else { return nil }
    self.endpoint = endpoint
  }

  /// Sends a document without waiting for anything.
  func send(_ document: [UInt8]) {
    let datagram = Array("{\"format\": \"json\", \"version\": 1}\n".utf8) + document
    guard datagram.count <= Self.datagramLimit else { return }
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    _ = withSocketAddress(endpoint) {
      sendto(descriptor, datagram, datagram.count, Int32(MSG_DONTWAIT), $0, $1)
    }
    _ = close(descriptor)
  }
}
