/// Filters a row for compression (PNG, third edition, section 9): by each of the five types, of which the one with the
/// least sum of absolute values is kept, as the specification suggests (12.7).
///
/// Rows have room for 16 bytes more than `count`; in front of `row` and `above` lie 16 zeros.
struct PNGFilter {
  private let count: Int
  private let pixelBytes: Int
  /// One filtered row for each type.
  private let candidates: UnsafeMutablePointer<UInt8>
  private let stride: Int

  /// A row has less than 2²⁴ bytes, so no sum overflows.
  private typealias Sums = SIMD4<UInt32>

  init(count: Int, pixelBytes: Int) {
    self.count = count
    self.pixelBytes = pixelBytes
    stride = (count + 47) & ~15
    candidates = .allocate(capacity: 5 * stride)
    candidates.initialize(repeating: 0, count: 5 * stride)
  }

  func deallocate() { candidates.deallocate() }

  /// Writes the type and the filtered row to `target`: `count` + 1 bytes.
  func apply(
    _ row: UnsafePointer<UInt8>, above: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>
  ) {
    var sums = (none: Sums.zero, left: Sums.zero, up: Sums.zero, average: Sums.zero, paeth: Sums.zero)
    var x = 0
    while x < count {
      let here = load(row + x)
      let left = load(row + x - pixelBytes)
      let up = load(above + x)
      let corner = load(above + x - pixelBytes)
      let used = min(16, count &- x)
      sums.none &+= keep(here, 0, x, used)
      sums.left &+= keep(here &- left, 1, x, used)
      sums.up &+= keep(here &- up, 2, x, used)
      // The mean, rounded down: what both have in common, and half of what they have not.
      sums.average &+= keep(here &- ((left & up) &+ (left ^ up) &>> 1), 3, x, used)
      sums.paeth &+= keep(here &- PNGUnfilter.predict(left, up, corner), 4, x, used)
      x &+= 16
    }
    let all = [sums.none, sums.left, sums.up, sums.average, sums.paeth].map { $0.wrappedSum() }
    let type = all.indices.min { all[$0] < all[$1] } ?? 0
    target[0] = UInt8(type)
    (target + 1).update(from: candidates + type * stride, count: count)
  }

  @inline(__always)
  private func load(_ bytes: UnsafePointer<UInt8>) -> SIMD16<UInt8> {
    UnsafeRawPointer(bytes).loadUnaligned(as: SIMD16<UInt8>.self)
  }

  /// - Returns: the first `used` bytes' absolute values, as signed numbers, in four sums.
  @inline(__always)
  private func keep(_ filtered: SIMD16<UInt8>, _ type: Int, _ x: Int, _ used: Int) -> Sums {
    UnsafeMutableRawPointer(candidates + type &* stride + x).storeBytes(of: filtered, as: SIMD16<UInt8>.self)
    let negated = 0 &- filtered
    var magnitude = filtered.replacing(with: negated, where: negated .< filtered)
    if used < 16 { for lane in used..<16 { magnitude[lane] = 0 } }
    let bytes = unsafeBitCast(magnitude, to: SIMD8<UInt16>.self)
    let pairs = unsafeBitCast((bytes & 0xFF) &+ (bytes &>> 8), to: Sums.self)
    return (pairs & 0xFFFF) &+ (pairs &>> 16)
  }
}
