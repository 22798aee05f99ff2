/// A numeric address and a port: where the Runtime API or the X-Ray daemon listens.
///
/// Lambda gives addresses such as `127.0.0.1:9001` and `169.254.100.1:9001`, never a name to be looked up,
/// so there is no resolver here (and none to be linked); `localhost` is taken as `127.0.0.1`.
package struct Endpoint: Sendable, Equatable, CustomStringConvertible {
  /// The four octets of the IPv4 address, most significant first.
  package let octets: (UInt8, UInt8, UInt8, UInt8)
  package let port: UInt16

  package init(loopbackPort port: UInt16) {
    octets = (127, 0, 0, 1)
    self.port = port
  }

  /// Reads `a.b.c.d:port` or `localhost:port`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let port = UInt16(parts[1]), port > 0 else { return nil }
    let host = parts[0] == "localhost" ? "127.0.0.1" : parts[0]
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard numbers.count == 4, let a = numbers[0], let b = numbers[1], let c = numbers[2], let d = numbers[3] else {
      return nil
    }
    octets = (a, b, c, d)
    self.port = port
  }

  package var description: String { "\(octets.0).\(octets.1).\(octets.2).\(octets.3):\(port)" }

  package static func == (left: Endpoint, right: Endpoint) -> Bool {
    left.octets == right.octets && left.port == right.port
  }
}
