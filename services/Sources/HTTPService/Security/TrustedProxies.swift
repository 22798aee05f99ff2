/// Proxies whose word on who is behind them counts: by address or by network (`10.0.0.0/16`, `fd00::/8`).
public struct TrustedProxies: Sendable {
  private var networks: [(bytes: [UInt8], bits: Int)] = []

  /// - Throws: The one that is neither an address nor a network.
  public init(_ list: [String]) throws {
    for text in list {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { throw NetworkError(text: text) }
      let most = address.bytes.count * 8
      guard let bits = parts.count == 2 ? Self.number(parts[1]).map({ $0 - address.leadingBits }) : most,
        (0...most).contains(bits)
      else { throw NetworkError(text: text) }
      networks.append((address.bytes, bits))
    }
  }

  /// What is neither an address nor a network.
  public struct NetworkError: Error, CustomStringConvertible {
    var text: String
    /// For people.
    public var description: String { "\"\(text)\" is not an address or a network such as 10.0.0.0/16" }
  }

  /// The address of the person behind a connection: of `X-Forwarded-For` only the last entry counts, which the proxy
  /// itself has written; those before it are the client's own words.
  public func client(behind peer: String, forwardedFor: String?) -> String {
    guard contains(peer), let last = forwardedFor?.split(separator: ",").last else { return peer }
    let address = String(last.drop { $0 == " " }.prefix { $0 != " " })
    return IPAddress(address)?.text ?? peer
  }

  /// Whether this address is one of them.
  public func contains(_ address: String) -> Bool {
    guard let bytes = IPAddress(address)?.bytes else { return false }
    return networks.contains { network in
      guard network.bytes.count == bytes.count else { return false }
      return (0..<network.bits).allSatisfy { bit in
        (network.bytes[bit / 8] ^ bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
      }
    }
  }

  /// Digits and nothing else: `Int` takes signs too.
  private static func number(_ text: Substring) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
  }
}
