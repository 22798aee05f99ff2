internal import Encodings
internal import FoundationEssentials

/// The header of the token with which an Application Load Balancer vouches for a person, before anything is verified.
///
/// Source: Elastic Load Balancing, "Authenticate users using an Application Load Balancer", "Verify the signature".
public struct LoadBalancerTokenHeader: Sendable, Equatable, Decodable {
  var alg: String
  var kid: String
  var signer: String
  var client: String?
  var iss: String?
  var exp: Double

  /// The longest token that is looked at, in bytes.
  public static let maximumBytes = 11 << 10

  /// Reads the first of a token's three parts.
  /// - Returns: Nil for what is not such a token.
  public init?(token: String) {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard token.utf8.count <= Self.maximumBytes, parts.count == 3, let json = Self.decode(parts[0]),
      let header = try? JSONDecoder().decode(Self.self, from: Data(json))
    else { return nil }
    self = header
  }

  /// The key's id, which becomes part of a path: nothing but a UUID may.
  var keyID: String? {
    let groups = kid.split(separator: "-", omittingEmptySubsequences: false)
    guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12],
      kid.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
      )
    else { return nil }
    return kid.lowercased()
  }

  /// Base64url with or without padding: load balancers write it with.
  private static func decode(_ part: Substring) -> [UInt8]? {
    var text = String(part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    while text.utf8.count % 4 != 0 { text += "=" }
    return Base64.decode(text)
  }
}
