package import Crypto
import Encodings

/// The SHA-256 of some bytes, which both signatures (in hex) and checksums (in Base64) need.
package struct PayloadDigest: Sendable, Equatable {
  let bytes: [UInt8]

  package init(_ payload: [UInt8]) {
    var hash = SHA256()
    payload.withUnsafeBytes { hash.update(bufferPointer: $0) }
    bytes = Array(hash.finalize())
  }

  package init(_ digest: SHA256.Digest) { bytes = Array(digest) }

  package var hexadecimal: String { Hexadecimal.encode(bytes) }
  package var base64: String { Base64.encode(bytes) }

  /// The digest of no bytes at all.
  package static let empty = PayloadDigest([])
}
