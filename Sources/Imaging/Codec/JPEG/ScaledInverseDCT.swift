/// Inverse DCT of the lowest 1, 2 × 2 or 4 × 4 coefficients of a block, to as many samples.
///
/// What is left out are the frequencies that the smaller size cannot hold, so the result is the block under an ideal
/// low-pass filter. libjpeg's decoder reduces to 2 × 2 and 4 × 4 by averaging samples of the full block instead, which
/// also dims the frequencies that are kept: at 1.25 times a rendition's size that costs 2 to 6 dB.
struct ScaledInverseDCT {
  /// Samples per direction: 1, 2 or 4; or 8, which `FullInverseDCT` transforms.
  let size: Int
  /// For each coefficient in zigzag order, its place among the `size` × `size` kept ones, row by row; `size`² for one that
  /// is not kept. Longer than 64, because a damaged block may run over its end.
  let places: UnsafeMutablePointer<Int32>
  /// The last coefficient in zigzag order that is kept.
  let lastKept: Int

  /// The coefficients of a block by zigzag index, as row × 8 + column (T.81, figure 5).
  static let zigzag: [Int] = {
    var order: [Int] = []
    for diagonal in 0..<15 {
      let cells = (max(0, diagonal - 7)...min(7, diagonal)).map { (row: $0, column: diagonal - $0) }
      for cell in diagonal % 2 == 0 ? cells.reversed() : cells { order.append(cell.row * 8 + cell.column) }
    }
    return order
  }()

  init(size: Int) {
    self.size = size
    places = .allocate(capacity: 256)
    places.initialize(repeating: Int32(size * size), count: 256)
    var last = 0
    for (index, cell) in Self.zigzag.enumerated() where cell / 8 < size && cell % 8 < size {
      places[index] = Int32(cell / 8 * size + cell % 8)
      last = index
    }
    lastKept = last
  }

  func deallocate() { places.deallocate() }

  /// Whether blocks of so many samples per direction become `Wide` samples. Where 4 × 4 are enough, a rendition may be as
  /// large as 1/1.25 of them: few samples make a pixel of it, and what each loses by rounding would still be seen.
  static func isWide(size: Int) -> Bool { size == 4 }

  /// What each kept coefficient is multiplied by: its quantiser, and what the transform takes for the size, so that
  /// the transform itself has only additions and the odd part's two products left.
  /// - Parameter quantisers: 64, in zigzag order
  /// - Returns: a factor per kept coefficient, and 0 for all others
  func factors(_ quantisers: [UInt16]) -> [Float] {
    var factors = [Float](repeating: 0, count: size * size + 1)
    let unit: Float = Self.isWide(size: size) ? Float(1 << Wide.bits) : 1
    for index in 0..<64 where places[index] < size * size {
      let place = Int(places[index])
      factors[place] = Float(quantisers[index]) / 8 * gain(place / size) * gain(place % size) * unit
    }
    return factors
  }

  /// √2 of the orthonormal transform for all but the mean, and for the middle frequency its one cosine, √½.
  private func gain(_ frequency: Int) -> Float {
    switch (size, frequency) {
    case (_, 0): 1
    case (2, 1), (4, 2), (8, 4): 1
    default: Float(2).squareRoot()
    }
  }

  /// cos π/8 and cos 3π/8.
  private static let near: Float = 0.923_879_5
  private static let far: Float = 0.382_683_43

  /// To `Wide` samples.
  /// - Parameters:
  ///   - coefficients: 16, row by row; zero afterwards
  ///   - factors: what each is multiplied by
  ///   - rows: the block's four rows; the block begins `offset` bytes from each
  @inline(__always)
  static func transform4(
    _ coefficients: UnsafeMutablePointer<Int16>, _ factors: UnsafePointer<Float>,
    _ rows: UnsafePointer<UnsafeMutablePointer<UInt8>>, _ offset: Int
  ) {
    let (a, b, c, d) = butterfly(
      scaled(coefficients, factors), scaled(coefficients + 4, factors + 4), scaled(coefficients + 8, factors + 8),
      scaled(coefficients + 12, factors + 12))
    UnsafeMutableRawPointer(coefficients).storeBytes(of: .zero, as: SIMD16<Int16>.self)
    let (e, f, g, h) = transpose(a, b, c, d)
    let (p, q, r, s) = butterfly(e + wideMiddle, f, g, h)
    let (k, l, m, n) = transpose(p, q, r, s)
    storeWide(k, l, rows[0] + offset, rows[1] + offset)
    storeWide(m, n, rows[2] + offset, rows[3] + offset)
  }

  /// A 4 × 4 block of which only the mean is there.
  /// - Parameter coefficient: the lowest one, times its factor.
  @inline(__always)
  static func fill4(_ coefficient: Float, _ rows: UnsafePointer<UnsafeMutablePointer<UInt8>>, _ offset: Int) {
    let sample = min(max(coefficient + wideMiddle, 0), Float(Wide.one)) + 0.5
    let samples = SIMD4<Int16>(repeating: Int16(truncatingIfNeeded: Int32(sample)))
    for row in 0..<4 { UnsafeMutableRawPointer(rows[row] + offset).storeBytes(of: samples, as: SIMD4<Int16>.self) }
  }

  /// The level that coefficients are about, as a `Wide` sample.
  private static var wideMiddle: Float { Float(128 << Wide.bits) }

  /// Four samples each of two rows, rounded and cut to what `Wide` samples are.
  @inline(__always)
  private static func storeWide(
    _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ first: UnsafeMutablePointer<UInt8>, _ second: UnsafeMutablePointer<UInt8>
  ) {
    let zero = SIMD4<Float>.zero
    let most = SIMD4<Float>(repeating: Float(Wide.one))
    let c = a.replacing(with: zero, where: a .< zero).replacing(with: most, where: a .> most) + rounding
    let d = b.replacing(with: zero, where: b .< zero).replacing(with: most, where: b .> most) + rounding
    let both = SIMD8<Int32>(
      lowHalf: unsafeBitCast(c, to: SIMD4<Int32>.self), highHalf: unsafeBitCast(d, to: SIMD4<Int32>.self))
    let samples = Widening.low(both)
    UnsafeMutableRawPointer(first).storeBytes(of: samples.lowHalf, as: SIMD4<Int16>.self)
    UnsafeMutableRawPointer(second).storeBytes(of: samples.highHalf, as: SIMD4<Int16>.self)
  }

  /// Four coefficients times their factors.
  @inline(__always)
  static func scaled(_ coefficients: UnsafePointer<Int16>, _ factors: UnsafePointer<Float>) -> SIMD4<Float> {
    let values = Widening.int32(UnsafeRawPointer(coefficients).loadUnaligned(as: SIMD4<Int16>.self))
    return SIMD4<Float>(values) * UnsafeRawPointer(factors).loadUnaligned(as: SIMD4<Float>.self)
  }

  /// Four points, from frequencies that have been multiplied by their factors.
  @inline(__always)
  static func butterfly(
    _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>
  ) -> (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>) {
    let sum = a + c
    let difference = a - c
    let outer = b * near + d * far
    let inner = b * far - d * near
    return (sum + outer, difference + inner, difference - inner, sum - outer)
  }

  @inline(__always)
  static func transpose(
    _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>
  ) -> (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>) {
    let low = SIMD4(lowHalf: a.lowHalf, highHalf: b.lowHalf)
    let lower = SIMD4(lowHalf: c.lowHalf, highHalf: d.lowHalf)
    let high = SIMD4(lowHalf: a.highHalf, highHalf: b.highHalf)
    let higher = SIMD4(lowHalf: c.highHalf, highHalf: d.highHalf)
    return (
      SIMD4(lowHalf: low.evenHalf, highHalf: lower.evenHalf), SIMD4(lowHalf: low.oddHalf, highHalf: lower.oddHalf),
      SIMD4(lowHalf: high.evenHalf, highHalf: higher.evenHalf), SIMD4(lowHalf: high.oddHalf, highHalf: higher.oddHalf)
    )
  }

  /// 2²³: a float of that size has no fractional bits, so that adding it rounds, and its lowest byte is the sample.
  private static let rounding: Float = 8_388_608

  /// Four samples, rounded and cut to 8 bits.
  @inline(__always)
  static func store(_ samples: SIMD4<Float>, _ target: UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(target).storeBytes(of: narrow(samples), as: SIMD4<UInt8>.self)
  }

  @inline(__always)
  private static func narrow(_ samples: SIMD4<Float>) -> SIMD4<UInt8> {
    let most = SIMD4<Float>(repeating: 255)
    let clamped = samples.replacing(with: SIMD4<Float>.zero, where: samples .< SIMD4<Float>.zero).replacing(
      with: most, where: samples .> most)
    return SIMD4<UInt8>(truncatingIfNeeded: unsafeBitCast(clamped + rounding, to: SIMD4<UInt32>.self))
  }

  /// - Parameters:
  ///   - coefficients: 4, row by row; zero afterwards
  ///   - factors: what each is multiplied by
  ///   - rows: the block's two rows; the block begins at `x`
  @inline(__always)
  static func transform2(
    _ coefficients: UnsafeMutablePointer<Int16>, _ factors: UnsafePointer<Float>,
    _ rows: UnsafePointer<UnsafeMutablePointer<UInt8>>, _ x: Int
  ) {
    let values = scaled(coefficients, factors)
    UnsafeMutableRawPointer(coefficients).storeBytes(of: .zero, as: SIMD4<Int16>.self)
    // The signs of each frequency in the block's four samples.
    let samples =
      SIMD4(repeating: values[0] + 128) + SIMD4(repeating: values[2]) * SIMD4(1, 1, -1, -1)
      + (SIMD4(repeating: values[1]) * SIMD4(1, -1, 1, -1) + SIMD4(repeating: values[3]) * SIMD4(1, -1, -1, 1))
    let bytes = narrow(samples)
    UnsafeMutableRawPointer(rows[0] + x).storeBytes(of: bytes.lowHalf, as: SIMD2<UInt8>.self)
    UnsafeMutableRawPointer(rows[1] + x).storeBytes(of: bytes.highHalf, as: SIMD2<UInt8>.self)
  }

  /// The sample of a block of which only the mean is wanted, or there.
  /// - Parameter coefficient: the lowest one, times its factor.
  @inline(__always)
  static func mean(_ coefficient: Float) -> UInt8 { narrow(coefficient + 128) }

  @inline(__always)
  private static func narrow(_ sample: Float) -> UInt8 {
    UInt8(truncatingIfNeeded: (min(max(sample, 0), 255) + rounding).bitPattern)
  }
}
