// Why: docs/decisions/0003-sigv4-xml-and-profiles-by-hand.md

/// A cyclic redundancy check of 32 or 64 bits, least significant bit first, eight bytes at a time.
///
/// It starts from ones and is inverted at the end, as all of S3's are.
struct CyclicRedundancyCheck {
  /// ISO-HDLC, as in zlib.
  static let crc32 = Tables(reversedPolynomial: 0xEDB8_8320, bits: 32)
  /// iSCSI (Castagnoli; RFC 3720, 12.1).
  static let crc32c = Tables(reversedPolynomial: 0x82F6_3B78, bits: 32)
  /// NVM Express, "NVM Command Set Specification", 64-bit CRC.
  static let crc64NVMe = Tables(reversedPolynomial: 0x9A6C_9329_AC4B_C9B5, bits: 64)

  /// What a byte does to the check, by its value and by how many bytes come after it: 8 tables of 256.
  struct Tables: Sendable {
    let bits: Int
    fileprivate let entries: [UInt64]

    fileprivate init(reversedPolynomial: UInt64, bits: Int) {
      self.bits = bits
      var entries: [UInt64] = []
      for byte in 0..<UInt64(256) {
        entries.append((0..<8).reduce(byte) { value, _ in value >> 1 ^ (value & 1) &* reversedPolynomial })
      }
      for index in 256..<2048 { entries.append(entries[index - 256] >> 8 ^ entries[Int(entries[index - 256] & 255)]) }
      self.entries = entries
    }
  }

  private let tables: Tables
  private var state: UInt64

  init(_ tables: Tables) {
    self.tables = tables
    state = .max >> (64 - tables.bits)
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    state = tables.entries.withUnsafeBufferPointer { table in
      var state = state
      let words = bytes.count / 8
      for word in 0..<words {
        // Ends at byte 8 · words, which is not past the last; a table's index is below 8 · 256.
        state ^= UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self))
        let near =
          table[1792 + Int(state & 255)] ^ table[1536 + Int(state >> 8 & 255)]
          ^ table[1280 + Int(state >> 16 & 255)] ^ table[1024 + Int(state >> 24 & 255)]
        let far =
          table[768 + Int(state >> 32 & 255)] ^ table[512 + Int(state >> 40 & 255)]
          ^ table[256 + Int(state >> 48 & 255)] ^ table[Int(state >> 56)]
        state = near ^ far
      }
      for byte in bytes[(8 * words)...] { state = state >> 8 ^ table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] }
      return state
    }
  }

  /// The check of all bytes so far, most significant byte first.
  var bytes: [UInt8] {
    stride(from: tables.bits - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: ~state >> UInt64($0)) }
  }
}
