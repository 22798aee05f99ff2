/// Takes back the filters of a PNG's rows (PNG, third edition, section 9.2), a pixel or 16 bytes at a time.
///
/// Rows have room for 16 bytes more than `count`, because kernels read and write whole vectors.
enum PNGUnfilter {
  /// - Parameters:
  ///   - type: the row's first byte in the file
  ///   - source: the row as filtered
  ///   - above: the row before, unfiltered; zeros for the first
  ///   - pixelBytes: 1…8
  /// - Returns: false for a type that there is not.
  static func apply(
    _ type: UInt8, _ source: UnsafePointer<UInt8>, above: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>,
    count: Int, pixelBytes: Int
  ) -> Bool {
    switch type {
    case 0: target.update(from: source, count: count)
    case 1: left(source, target, count, pixelBytes)
    case 2: up(source, above, target, count)
    case 3: average(source, above, target, count, pixelBytes)
    case 4 where pixelBytes == 3: paeth(source, above, target, count, 3)
    case 4 where pixelBytes == 4: paeth(source, above, target, count, 4)
    case 4: paeth(source, above, target, count, pixelBytes)
    default: return false
    }
    return true
  }

  private static func up(
    _ source: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int
  ) {
    var x = 0
    while x < count {
      let sum =
        UnsafeRawPointer(source + x).loadUnaligned(as: SIMD16<UInt8>.self)
        &+ UnsafeRawPointer(above + x).loadUnaligned(as: SIMD16<UInt8>.self)
      UnsafeMutableRawPointer(target + x).storeBytes(of: sum, as: SIMD16<UInt8>.self)
      x &+= 16
    }
  }

  private static func left(
    _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int, _ step: Int
  ) {
    var left = SIMD8<UInt8>.zero
    var x = 0
    while x < count {
      left &+= UnsafeRawPointer(source + x).loadUnaligned(as: SIMD8<UInt8>.self)
      UnsafeMutableRawPointer(target + x).storeBytes(of: left, as: SIMD8<UInt8>.self)
      x &+= step
    }
  }

  private static func average(
    _ source: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int,
    _ step: Int
  ) {
    var left = SIMD8<UInt8>.zero
    var x = 0
    while x < count {
      let up = UnsafeRawPointer(above + x).loadUnaligned(as: SIMD8<UInt8>.self)
      // The mean, rounded down: what both have in common, and half of what they have not.
      let mean = (left & up) &+ (left ^ up) &>> 1
      left = UnsafeRawPointer(source + x).loadUnaligned(as: SIMD8<UInt8>.self) &+ mean
      UnsafeMutableRawPointer(target + x).storeBytes(of: left, as: SIMD8<UInt8>.self)
      x &+= step
    }
  }

  /// - Parameter step: a constant for the sizes of pixels that are common.
  @inline(__always)
  private static func paeth(
    _ source: UnsafePointer<UInt8>, _ above: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, _ count: Int,
    _ step: Int
  ) {
    let low = SIMD8<Int16>(repeating: 0xFF)
    var left = SIMD8<Int16>.zero
    var corner = SIMD8<Int16>.zero
    var x = 0
    while x < count {
      let up = load(above + x)
      left = (load(source + x) &+ predict(left, up, corner)) & low
      corner = up
      UnsafeMutableRawPointer(target + x).storeBytes(of: Widening.low(left), as: SIMD8<UInt8>.self)
      x &+= step
    }
  }

  /// Which of the three is nearest to left + up − corner; the first of those that are equally near.
  // Two of these in one loop `@inline(__always)` leaves as calls, and each call spills every vector.
  @_transparent
  static func predict(_ left: SIMD16<UInt8>, _ up: SIMD16<UInt8>, _ corner: SIMD16<UInt8>) -> SIMD16<UInt8> {
    // left + up − corner is `toLeft` away from left, and so on.
    let leastOfUp = lesser(up, corner)
    let leastOfLeft = lesser(left, corner)
    let toLeft = greater(up, corner) &- leastOfUp
    let toUp = greater(left, corner) &- leastOfLeft
    // With both neighbours on one side of the corner the distances add up, to 255 at least where that is more than a
    // byte holds; the corner is then no nearer than either. Else they cancel out.
    let sum = toLeft &+ toUp
    let added = sum.replacing(with: 255, where: sum .< toLeft)
    let difference = greater(toLeft, toUp) &- lesser(toLeft, toUp)
    let isBetween = (leastOfUp .== corner) .^ (leastOfLeft .== corner)
    let toCorner = added.replacing(with: difference, where: isBetween)
    let nearest = lesser(toLeft, lesser(toUp, toCorner))
    return corner.replacing(with: up, where: toUp .== nearest).replacing(with: left, where: toLeft .== nearest)
  }

  /// The same for samples that have been widened.
  @inline(__always)
  static func predict(_ left: SIMD8<Int16>, _ up: SIMD8<Int16>, _ corner: SIMD8<Int16>) -> SIMD8<Int16> {
    let fromLeft = up &- corner
    let fromUp = left &- corner
    let toLeft = magnitude(fromLeft)
    let toUp = magnitude(fromUp)
    let toCorner = magnitude(fromUp &+ fromLeft)
    // −1 where the corner is nearer than up, and then where the nearer of the two is nearer than left.
    let isCorner = (toCorner &- toUp) &>> 15
    let other = up ^ ((up ^ corner) & isCorner)
    let isOther = ((toUp ^ ((toUp ^ toCorner) & isCorner)) &- toLeft) &>> 15
    return left ^ ((left ^ other) & isOther)
  }

  @inline(__always)
  private static func lesser(_ a: SIMD16<UInt8>, _ b: SIMD16<UInt8>) -> SIMD16<UInt8> {
    a.replacing(with: b, where: b .< a)
  }

  @inline(__always)
  private static func greater(_ a: SIMD16<UInt8>, _ b: SIMD16<UInt8>) -> SIMD16<UInt8> {
    a.replacing(with: b, where: b .> a)
  }

  @inline(__always)
  private static func magnitude(_ value: SIMD8<Int16>) -> SIMD8<Int16> {
    let sign = value &>> 15
    return (value ^ sign) &- sign
  }

  @inline(__always)
  private static func load(_ pixel: UnsafePointer<UInt8>) -> SIMD8<Int16> {
    Widening.int16(UnsafeRawPointer(pixel).loadUnaligned(as: SIMD8<UInt8>.self))
  }
}
