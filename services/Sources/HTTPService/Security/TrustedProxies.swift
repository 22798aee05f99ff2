internal import Glibc

/// Proxies whose word on who is behind them counts: by address or by network (`10.0.0.0/16`, `fd00::/8`).
public struct TrustedProxies: Sendable {
  private var networks: [(bytes: [UInt8], bits: Int)] = []

  /// - Throws: The one that is neither an address nor a network.
  public init(_ list: [String]) throws {
    for text in list {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count <= 2, let bytes = Self.bytes(String(parts[0])),
        let bits = parts.count == 2 ? Self.number(parts[1]) : bytes.count * 8, (0...bytes.count * 8).contains(bits)
      else { throw NetworkError(text: text) }
      networks.append((bytes, bits))
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
    return Self.bytes(address) == nil ? peer : address
  }

  /// Whether this address is one of them.
  public func contains(_ address: String) -> Bool {
    guard let bytes = Self.bytes(address) else { return false }
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

  /// An address's bytes, 4 or 16; nil for what is not an address.
  private static func bytes(_ text: String) -> [UInt8]? {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if inet_pton(family, text, &bytes) == 1 { return bytes }
    }
    return nil
  }
}
