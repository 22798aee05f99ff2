/// Conversions between vectors of different lanes, spelt out lane by lane. The compiler turns each into one or two
/// instructions wherever it stands, which it does not always do with the generic initialisers.
enum Widening {
  @inline(__always)
  static func int32(_ v: SIMD8<Int16>) -> SIMD8<Int32> {
    SIMD8(
      Int32(v[0]), Int32(v[1]), Int32(v[2]), Int32(v[3]), Int32(v[4]), Int32(v[5]), Int32(v[6]), Int32(v[7]))
  }

  @inline(__always)
  static func int32(_ v: SIMD4<Int16>) -> SIMD4<Int32> { SIMD4(Int32(v[0]), Int32(v[1]), Int32(v[2]), Int32(v[3])) }

  @inline(__always)
  static func int16(_ v: SIMD8<UInt8>) -> SIMD8<Int16> {
    SIMD8(
      Int16(v[0]), Int16(v[1]), Int16(v[2]), Int16(v[3]), Int16(v[4]), Int16(v[5]), Int16(v[6]), Int16(v[7]))
  }

  /// The lower 16 bits of each lane.
  @inline(__always)
  static func low(_ v: SIMD8<Int32>) -> SIMD8<Int16> {
    SIMD8(
      Int16(truncatingIfNeeded: v[0]), Int16(truncatingIfNeeded: v[1]), Int16(truncatingIfNeeded: v[2]),
      Int16(truncatingIfNeeded: v[3]), Int16(truncatingIfNeeded: v[4]), Int16(truncatingIfNeeded: v[5]),
      Int16(truncatingIfNeeded: v[6]), Int16(truncatingIfNeeded: v[7]))
  }

  /// The lower 8 bits of each lane.
  @inline(__always)
  static func low(_ v: SIMD8<Int16>) -> SIMD8<UInt8> {
    SIMD8(
      UInt8(truncatingIfNeeded: v[0]), UInt8(truncatingIfNeeded: v[1]), UInt8(truncatingIfNeeded: v[2]),
      UInt8(truncatingIfNeeded: v[3]), UInt8(truncatingIfNeeded: v[4]), UInt8(truncatingIfNeeded: v[5]),
      UInt8(truncatingIfNeeded: v[6]), UInt8(truncatingIfNeeded: v[7]))
  }
}
