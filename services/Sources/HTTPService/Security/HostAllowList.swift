/// The names under which this server may be asked for: without it, a page of a stranger's whose name leads to this
/// address could read what is here (DNS rebinding).
public struct HostAllowList: Sendable {
  private let hosts: Set<String>

  /// - Parameter hosts: Names, with a port where only that one is meant; those of the loopback are always among them.
  public init(_ hosts: [String]) {
    self.hosts = Set((hosts + ["localhost", "127.0.0.1", "[::1]"]).map { $0.lowercased() })
  }

  /// Whether a `Host` header, or the authority of a request, is one of them.
  public func allows(_ authority: String?) -> Bool {
    guard let authority = authority?.lowercased(), !authority.isEmpty else { return false }
    return hosts.contains(authority) || hosts.contains(Self.host(of: authority))
  }

  /// The host without its port.
  static func host(of authority: String) -> String {
    guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else { return authority }
    return String(authority[..<colon])
  }
}
