/// Which hosts are reached without the proxy that the environment names.
package enum ProxyRule {
  /// True for loopback and link-local hosts: metadata and credential services live there, and no proxy may see them.
  package static func isDirect(url: String) -> Bool {
    guard let host = try? AWSEndpoint(url).host.lowercased() else { return false }
    return host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("127.") || host.hasPrefix("169.254.")
      || host == "[::1]" || host.hasPrefix("[fe80:") || host == "[fd00:ec2::254]" || host == "[fd00:ec2::23]"
  }
}
