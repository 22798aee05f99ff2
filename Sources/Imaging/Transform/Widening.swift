/// Conversions between vectors of different lanes.
///
/// The compiler turns each of these loops into one or two instructions, wherever it stands; the generic initialisers of
/// the standard library it sometimes leaves as calls.
enum Widening {
  @inline(__always)
  static func int32(_ v: SIMD8<Int16>) -> SIMD8<Int32> {
    var result = SIMD8<Int32>.zero
    for lane in 0..<8 { result[lane] = Int32(v[lane]) }
    return result
  }

  @inline(__always)
  static func int32(_ v: SIMD4<Int16>) -> SIMD4<Int32> {
    var result = SIMD4<Int32>.zero
    for lane in 0..<4 { result[lane] = Int32(v[lane]) }
    return result
  }

  @inline(__always)
  static func int16(_ v: SIMD8<UInt8>) -> SIMD8<Int16> {
    var result = SIMD8<Int16>.zero
    for lane in 0..<8 { result[lane] = Int16(v[lane]) }
    return result
  }

  /// The upper 16 bits of each lane's product.
  @inline(__always)
  static func upper(_ v: SIMD8<UInt16>, times factor: UInt16) -> SIMD8<UInt16> {
    var result = SIMD8<UInt16>.zero
    for lane in 0..<8 { result[lane] = UInt16(truncatingIfNeeded: (UInt32(v[lane]) &* UInt32(factor)) &>> 16) }
    return result
  }

  /// The lower 16 bits of each lane.
  @inline(__always)
  static func low(_ v: SIMD8<Int32>) -> SIMD8<Int16> {
    var result = SIMD8<Int16>.zero
    for lane in 0..<8 { result[lane] = Int16(truncatingIfNeeded: v[lane]) }
    return result
  }

  /// The lower 8 bits of each lane.
  @inline(__always)
  static func low(_ v: SIMD8<Int16>) -> SIMD8<UInt8> {
    var result = SIMD8<UInt8>.zero
    for lane in 0..<8 { result[lane] = UInt8(truncatingIfNeeded: v[lane]) }
    return result
  }
}
