/// Takes back the Paeth filter of four rows at once.
///
/// Each pixel of a Paeth row waits for the one to its left, some 20 cycles; the pixel below that one could be worked out
/// in the meantime. So four rows advance together, each a pixel behind the one above it. Photographs are Paeth from
/// top to bottom as most encoders write them.
enum PaethWave {
  static let rows = 4

  /// - Parameters:
  ///   - source: the first of the rows as filtered, each `sourceStride` bytes after the one before; room for 32 bytes
  ///     more behind the last
  ///   - above: the row before them, unfiltered, with room for 32 bytes more
  ///   - target: four rows, each with room for 48 bytes more than `count`, and for 48 bytes in front of the first
  ///   - count: bytes per row, of at least four pixels
  ///   - step: bytes per pixel, 3…8
  static func apply(
    _ source: UnsafePointer<UInt8>, sourceStride: Int, above: UnsafePointer<UInt8>,
    to target: UnsafeMutablePointer<UInt8>, targetStride: Int, count: Int, step: Int
  ) {
    // The steps that are common become constants.
    switch step {
    case 3: run(source, sourceStride, above, target, targetStride, count, 3)
    case 4: run(source, sourceStride, above, target, targetStride, count, 4)
    default: run(source, sourceStride, above, target, targetStride, count, step)
    }
  }

  @inline(__always)
  private static func run(
    _ source: UnsafePointer<UInt8>, _ sourceStride: Int, _ above: UnsafePointer<UInt8>,
    _ target: UnsafeMutablePointer<UInt8>, _ targetStride: Int, _ count: Int, _ step: Int
  ) {
    let low = SIMD8<Int16>(repeating: 0xFF)
    // Each row from the pixel that it is at when row 0 is at its first.
    let (source1, target1) = (source + sourceStride - step, target + targetStride - step)
    let (source2, target2) = (source + 2 * (sourceStride - step), target + 2 * (targetStride - step))
    let (source3, target3) = (source + 3 * (sourceStride - step), target + 3 * (targetStride - step))
    // The latest pixel of each row, and the one above and to the left of its next.
    var left0 = SIMD8<Int16>.zero
    var (left1, left2, left3) = (left0, left0, left0)
    var (corner0, corner1, corner2, corner3) = (left0, left0, left0, left0)
    var x = 0
    let end = count &+ 3 &* step
    while x < end {
      // The lowest row goes first: what it needs is still the latest of the row above. Rows that have not begun, or
      // have ended, work on what lies beside them.
      let next3 = (load(source3 + x) &+ PNGUnfilter.predict(left3, left2, corner3)) & low
      let next2 = (load(source2 + x) &+ PNGUnfilter.predict(left2, left1, corner2)) & low
      let next1 = (load(source1 + x) &+ PNGUnfilter.predict(left1, left0, corner1)) & low
      let up = load(above + x)
      let next0 = (load(source + x) &+ PNGUnfilter.predict(left0, up, corner0)) & low
      (corner3, corner2, corner1, corner0) = (left2, left1, left0, up)
      (left3, left2, left1, left0) = (next3, next2, next1, next0)
      store(next3, target3 + x)
      store(next2, target2 + x)
      store(next1, target1 + x)
      store(next0, target + x)
      if x < 3 &* step {
        // A row begins beside nothing.
        if x < step { (left1, corner1) = (.zero, .zero) }
        if x < 2 &* step { (left2, corner2) = (.zero, .zero) }
        (left3, corner3) = (.zero, .zero)
      }
      x &+= step
    }
  }

  @inline(__always)
  private static func load(_ pixel: UnsafePointer<UInt8>) -> SIMD8<Int16> {
    Widening.int16(UnsafeRawPointer(pixel).loadUnaligned(as: SIMD8<UInt8>.self))
  }

  @inline(__always)
  private static func store(_ pixel: SIMD8<Int16>, _ target: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(target).storeBytes(of: Widening.low(pixel), as: SIMD8<UInt8>.self)
  }
}
