/// Takes back the filters of eight rows at once.
///
/// Each pixel of a Paeth row waits for the one to its left, some 20 cycles; the pixel below that one could be worked
/// out in the meantime. So the rows advance together, each a pixel behind the one above it. Photographs are Paeth from
/// top to bottom as most encoders write them. Pixels of up to four bytes share vectors, with rows of other types too.
enum PaethWave {
  static let rows = 8

  /// Whether rows of these filter types are worth it.
  static func serves(_ types: [UInt8], step: Int) -> Bool {
    types.count == rows
      && (step <= 4 ? types.contains(4) && types.allSatisfy { $0 <= 4 } : types.allSatisfy { $0 == 4 })
  }

  /// - Parameters:
  ///   - types: of the rows; ones that `serves` has been asked for
  ///   - source: the first of the rows as filtered, each `sourceStride` bytes after the one before; room for 32 bytes
  ///     more behind the last
  ///   - above: the row before them, unfiltered, with room for 32 bytes more
  ///   - target: the rows, each with room for 48 bytes more than `count`, and for 48 bytes in front of the first
  ///   - count: bytes per row, of at least eight pixels
  ///   - step: bytes per pixel, 1…8
  static func apply(
    _ types: [UInt8], _ source: UnsafePointer<UInt8>, sourceStride: Int, above: UnsafePointer<UInt8>,
    to target: UnsafeMutablePointer<UInt8>, targetStride: Int, count: Int, step: Int
  ) {
    guard step <= 4 else {
      let (lower, middle) = (source + 4 * sourceStride, target + 4 * targetStride)
      runWide(source, sourceStride, above, target, targetStride, count, step)
      return runWide(lower, sourceStride, UnsafePointer(middle - targetStride), middle, targetStride, count, step)
    }
    let (upper, lower) = (FilterMasks(types[..<4]), FilterMasks(types[4...]))
    if types.allSatisfy({ $0 == 4 }) {
      runNarrow(source, sourceStride, above, target, targetStride, count, step, upper, lower, isPaeth: true)
    } else {
      runNarrow(source, sourceStride, above, target, targetStride, count, step, upper, lower, isPaeth: false)
    }
  }

  /// Of four rows in a vector, those of each filter type.
  private struct FilterMasks {
    private let lefts: SIMD16<UInt8>
    private let ups: SIMD16<UInt8>
    private let means: SIMD16<UInt8>
    private let paeths: SIMD16<UInt8>

    init(_ types: ArraySlice<UInt8>) {
      func rows(of type: UInt8) -> SIMD16<UInt8> {
        var mask = SIMD4<UInt32>.zero
        for (row, rowType) in types.enumerated() where rowType == type { mask[row] = .max }
        return unsafeBitCast(mask, to: SIMD16<UInt8>.self)
      }
      (lefts, ups, means, paeths) = (rows(of: 1), rows(of: 2), rows(of: 3), rows(of: 4))
    }

    @_transparent
    func predict(_ left: SIMD16<UInt8>, _ up: SIMD16<UInt8>, _ corner: SIMD16<UInt8>) -> SIMD16<UInt8> {
      // The mean, rounded down: what both have in common, and half of what they have not.
      let mean = (left & up) &+ (left ^ up) &>> 1
      return (left & lefts) | (up & ups) | (mean & means) | (PNGUnfilter.predict(left, up, corner) & paeths)
    }
  }

  /// Pixels of up to 4 bytes, four rows in a vector: row n of it in bytes 4n…4n + 3.
  ///
  /// What a pixel has less is computed of what comes after it, and overwritten by the next.
  /// - Parameter isPaeth: whether all rows are: a constant.
  @inline(__always)
  private static func runNarrow(
    _ source: UnsafePointer<UInt8>, _ sourceStride: Int, _ above: UnsafePointer<UInt8>,
    _ target: UnsafeMutablePointer<UInt8>, _ targetStride: Int, _ count: Int, _ step: Int, _ upper: FilterMasks,
    _ lower: FilterMasks, isPaeth: Bool
  ) {
    // Each row from the pixel that it is at when row 0 is at its first.
    let (fromStep, toStep) = (sourceStride - step, targetStride - step)
    let (lowerSource, lowerTarget) = (source + 4 * fromStep, target + 4 * toStep)
    var (left0, left1) = (SIMD4<UInt32>.zero, SIMD4<UInt32>.zero)
    var (corner0, corner1) = (SIMD16<UInt8>.zero, SIMD16<UInt8>.zero)
    var x = 0
    let end = count &+ 7 &* step
    while x < end {
      let first = UnsafeRawPointer(above + x).loadUnaligned(as: UInt32.self)
      let up0 = bytes(SIMD4(first, left0[0], left0[1], left0[2]))
      let up1 = bytes(SIMD4(left0[3], left1[0], left1[1], left1[2]))
      let (filtered0, filtered1) = (load(source + x, fromStep), load(lowerSource + x, fromStep))
      let (before0, before1) = (bytes(left0), bytes(left1))
      let next0 =
        filtered0
        &+ (isPaeth ? PNGUnfilter.predict(before0, up0, corner0) : upper.predict(before0, up0, corner0))
      let next1 =
        filtered1
        &+ (isPaeth ? PNGUnfilter.predict(before1, up1, corner1) : lower.predict(before1, up1, corner1))
      (corner0, corner1) = (up0, up1)
      (left0, left1) = (unsafeBitCast(next0, to: SIMD4<UInt32>.self), unsafeBitCast(next1, to: SIMD4<UInt32>.self))
      store(left0, target + x, toStep)
      store(left1, lowerTarget + x, toStep)
      if x < 7 &* step {
        // A row begins beside nothing.
        let begun = Int32(truncatingIfNeeded: x / step)
        let (begun0, begun1) = (SIMD4(0, 1, 2, 3) .<= begun, SIMD4(4, 5, 6, 7) .<= begun)
        left0.replace(with: 0, where: .!begun0)
        left1.replace(with: 0, where: .!begun1)
        corner0 &= bytes(SIMD4<UInt32>.zero.replacing(with: .max, where: begun0))
        corner1 &= bytes(SIMD4<UInt32>.zero.replacing(with: .max, where: begun1))
      }
      x &+= step
    }
  }

  @inline(__always)
  private static func bytes(_ pixels: SIMD4<UInt32>) -> SIMD16<UInt8> { unsafeBitCast(pixels, to: SIMD16<UInt8>.self) }

  /// One pixel of each of four rows.
  @inline(__always)
  private static func load(_ row: UnsafePointer<UInt8>, _ stride: Int) -> SIMD16<UInt8> {
    func pixel(_ row: UnsafePointer<UInt8>) -> UInt32 { UnsafeRawPointer(row).loadUnaligned(as: UInt32.self) }
    return bytes(
      SIMD4(pixel(row), pixel(row + stride), pixel(row + 2 &* stride), pixel(row + 3 &* stride)))
  }

  @inline(__always)
  private static func store(_ pixels: SIMD4<UInt32>, _ row: UnsafeMutablePointer<UInt8>, _ stride: Int) {
    let target = UnsafeMutableRawPointer(row)
    target.storeBytes(of: pixels[0], as: UInt32.self)
    (target + stride).storeBytes(of: pixels[1], as: UInt32.self)
    (target + 2 &* stride).storeBytes(of: pixels[2], as: UInt32.self)
    (target + 3 &* stride).storeBytes(of: pixels[3], as: UInt32.self)
  }

  /// Four rows of Paeth, of pixels of more than 4 bytes.
  private static func runWide(
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
