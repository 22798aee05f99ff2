/// Inverse DCT of a whole block, for chroma that is to keep its size while luma is halved. It works in floating point, on
/// the same factors as `ScaledInverseDCT`.
enum FullInverseDCT {
  private typealias Eight = (
    SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>
  )

  /// - Parameters:
  ///   - coefficients: 64, row by row; zero afterwards
  ///   - factors: what each is multiplied by
  ///   - rows: the block's eight rows; the block begins at `x`
  @inline(never)
  static func transform(
    _ coefficients: UnsafeMutablePointer<Int16>, _ factors: UnsafePointer<Float>,
    _ rows: UnsafePointer<UnsafeMutablePointer<UInt8>>, _ x: Int
  ) {
    let left = combine(columns(coefficients, factors, 0))
    let right = combine(columns(coefficients, factors, 4))
    let upper = across(left.0, left.1, left.2, left.3, right.0, right.1, right.2, right.3)
    let lower = across(left.4, left.5, left.6, left.7, right.4, right.5, right.6, right.7)
    store(upper, rows, x)
    store(lower, rows + 4, x)
    coefficients.update(repeating: 0, count: 64)
  }

  /// Four columns of all rows.
  private static func columns(
    _ coefficients: UnsafeMutablePointer<Int16>, _ factors: UnsafePointer<Float>, _ first: Int
  ) -> Eight {
    func row(_ index: Int) -> SIMD4<Float> {
      ScaledInverseDCT.scaled(coefficients + 8 * index + first, factors + 8 * index + first)
    }
    return (row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7))
  }

  /// Four rows, given as their left and right halves: across, and back to rows.
  private static func across(
    _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>, _ e: SIMD4<Float>,
    _ f: SIMD4<Float>, _ g: SIMD4<Float>, _ h: SIMD4<Float>
  ) -> Eight {
    let low = ScaledInverseDCT.transpose(a, b, c, d)
    let high = ScaledInverseDCT.transpose(e, f, g, h)
    // 128 is added once to each sample, by way of the mean.
    let samples = combine((low.0 + 128, low.1, low.2, low.3, high.0, high.1, high.2, high.3))
    let left = ScaledInverseDCT.transpose(samples.0, samples.1, samples.2, samples.3)
    let right = ScaledInverseDCT.transpose(samples.4, samples.5, samples.6, samples.7)
    return (left.0, left.1, left.2, left.3, right.0, right.1, right.2, right.3)
  }

  /// Eight points: the even frequencies are a transform of four, the odd ones four sums of products.
  private static func combine(_ f: Eight) -> Eight {
    // cos kπ/16 for k = 1, 3, 5, 7
    let (c1, c3, c5, c7): (Float, Float, Float, Float) = (0.980_785_3, 0.831_469_6, 0.555_570_24, 0.195_090_32)
    let even = ScaledInverseDCT.butterfly(f.0, f.2, f.4, f.6)
    let first = f.1 * c1 + f.3 * c3 + f.5 * c5 + f.7 * c7
    let second = f.1 * c3 - f.3 * c7 - f.5 * c1 - f.7 * c5
    let third = f.1 * c5 - f.3 * c1 + f.5 * c7 + f.7 * c3
    let fourth = f.1 * c7 - f.3 * c5 + f.5 * c3 - f.7 * c1
    return (
      even.0 + first, even.1 + second, even.2 + third, even.3 + fourth, even.3 - fourth, even.2 - third,
      even.1 - second, even.0 - first
    )
  }

  private static func store(_ halves: Eight, _ rows: UnsafePointer<UnsafeMutablePointer<UInt8>>, _ x: Int) {
    ScaledInverseDCT.store(halves.0, rows[0] + x)
    ScaledInverseDCT.store(halves.1, rows[1] + x)
    ScaledInverseDCT.store(halves.2, rows[2] + x)
    ScaledInverseDCT.store(halves.3, rows[3] + x)
    ScaledInverseDCT.store(halves.4, rows[0] + x + 4)
    ScaledInverseDCT.store(halves.5, rows[1] + x + 4)
    ScaledInverseDCT.store(halves.6, rows[2] + x + 4)
    ScaledInverseDCT.store(halves.7, rows[3] + x + 4)
  }
}
