/// The next bits of a scan, most significant first.
///
/// It reads 8 bytes at once, so 8 bytes beyond its end must be there.
struct BitReader {
  /// The next bits, left-aligned; more than `count` of them may be set already.
  var bits: UInt64 = 0
  var count = 0
  var next: UnsafePointer<UInt8>

  /// - Parameter position: in bits from `start`
  init(_ start: UnsafePointer<UInt8>, at position: Int) {
    next = start + position &>> 3
    refill()
    drop(position & 7)
  }

  /// Makes at least 56 bits available.
  @inline(__always)
  mutating func refill() {
    let bytes = UInt64(bigEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt64.self))
    bits |= bytes &>> UInt64(truncatingIfNeeded: count)
    next += (63 &- count) &>> 3
    count |= 56
  }

  @inline(__always)
  func peek(_ length: Int) -> Int { Int(truncatingIfNeeded: bits &>> UInt64(truncatingIfNeeded: 64 &- length)) }

  @inline(__always)
  mutating func drop(_ length: Int) {
    bits &<<= UInt64(truncatingIfNeeded: length)
    count &-= length
  }

  /// Bits from `start` that have been dropped.
  @inline(__always)
  func position(from start: UnsafePointer<UInt8>) -> Int { (next - start) &* 8 &- count }
}
