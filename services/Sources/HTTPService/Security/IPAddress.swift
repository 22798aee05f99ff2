internal import Glibc

/// An address of IPv4 or IPv6; one of IPv4 that came within IPv6 (`::ffff:192.0.2.1`), as on a socket that takes both,
/// is one of IPv4.
///
/// Source: RFC 4291, section 2.5.5.2.
struct IPAddress: Sendable {
  private static let mapping = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

  /// 4 or 16.
  let bytes: [UInt8]
  /// As people write it.
  let text: String
  /// Bits that stood before it: those of the mapping, or none.
  let leadingBits: Int

  /// Nil for what is not an address.
  init?(_ text: String) {
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      guard inet_pton(family, text, &bytes) == 1 else { continue }
      if bytes.starts(with: Self.mapping) {
        self.bytes = Array(bytes.dropFirst(Self.mapping.count))
        self.text = self.bytes.map { "\($0)" }.joined(separator: ".")
        leadingBits = Self.mapping.count * 8
      } else {
        (self.bytes, self.text, leadingBits) = (bytes, text, 0)
      }
      return
    }
    return nil
  }
}
