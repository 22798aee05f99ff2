package import Crypto

/// Bytes as lower-case hexadecimal digits, two a byte.
func hex(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// The SHA-256 of some bytes, which both signatures (in hex) and checksums (in Base64) need.
package struct PayloadDigest: Sendable, Equatable {
  let bytes: [UInt8]

  package init(_ payload: [UInt8]) {
    var hash = SHA256()
    payload.withUnsafeBytes { hash.update(bufferPointer: $0) }
    bytes = Array(hash.finalize())
  }

  package init(_ digest: SHA256.Digest) { bytes = Array(digest) }

  package var hexadecimal: String { hex(bytes) }
  package var base64: String { base64Encode(bytes) }

  /// The digest of no bytes at all.
  package static let empty = PayloadDigest([])
}

/// Base64 with padding (RFC 4648, section 4).
func base64Encode(_ bytes: [UInt8]) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  text.reserveCapacity((bytes.count + 2) / 3 * 4)
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let left = bytes.count - start
    let second = left > 1 ? bytes[start + 1] : 0
    let third = left > 2 ? bytes[start + 2] : 0
    text.append(alphabet[Int(bytes[start] >> 2)])
    text.append(alphabet[Int((bytes[start] & 3) << 4 | second >> 4)])
    text.append(left > 1 ? alphabet[Int((second & 15) << 2 | third >> 6)] : UInt8(ascii: "="))
    text.append(left > 2 ? alphabet[Int(third & 63)] : UInt8(ascii: "="))
  }
  return String(decoding: text, as: UTF8.self)
}
