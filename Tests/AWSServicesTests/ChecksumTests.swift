import AWSServices
import Foundation
import Testing

/// S3's checksums, beside the same check taken one bit at a time.
@Suite struct ChecksumTests {
  static let polynomials: [(S3Checksum.Algorithm, UInt64, Int)] = [
    (.crc32, 0xEDB8_8320, 32), (.crc32c, 0x82F6_3B78, 32), (.crc64nvme, 0x9A6C_9329_AC4B_C9B5, 64),
  ]

  private func bitwise(_ bytes: [UInt8], _ polynomial: UInt64, _ bits: Int) -> [UInt8] {
    var state = UInt64.max >> (64 - bits)
    for byte in bytes {
      state ^= UInt64(byte)
      for _ in 0..<8 { state = state & 1 == 1 ? state >> 1 ^ polynomial : state >> 1 }
    }
    return (0..<bits / 8).reversed().map { UInt8(truncatingIfNeeded: ~state >> (8 * UInt64($0))) }
  }

  @Test(arguments: polynomials)
  func isTheSameHoweverTheBytesAreCut(algorithm: S3Checksum.Algorithm, polynomial: UInt64, bits: Int) {
    let bytes = (0..<1003).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) }
    let expected = base64(bitwise(bytes, polynomial, bits))
    for piece in [1, 7, 8, 61, 1003] {
      var computation = S3ChecksumComputation(algorithm)
      for start in stride(from: 0, to: bytes.count, by: piece) {
        Array(bytes[start..<min(start + piece, bytes.count)]).withUnsafeBytes { computation.update($0) }
      }
      #expect(computation.checksum == S3Checksum(algorithm: algorithm, value: expected))
    }
  }

  private func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
