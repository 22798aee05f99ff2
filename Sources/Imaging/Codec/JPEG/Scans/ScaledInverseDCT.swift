import CInverseDCT

/// Inverse DCT of the lowest n × n coefficients of a block to as many samples, for n = 1…8.
///
/// What is left out are the frequencies that the smaller size cannot hold, so the result is the block under an ideal
/// low-pass filter. libjpeg's decoder reduces to 2 × 2 and 4 × 4 by averaging samples of the full block instead, which
/// also dims the frequencies that are kept.
struct ScaledInverseDCT {
  /// Samples per direction: 1…7; or 8, for chroma that is to keep its size while luma is reduced.
  let size: Int
  /// For each coefficient in zigzag order, its place among the `size` × `size` kept ones, column by column; `size`² for
  /// one that is not kept.
  ///
  /// Longer than 64, because a damaged block may run over its end.
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
      places[index] = Int32(cell % 8 * size + cell / 8)
      last = index
    }
    lastKept = last
  }

  func deallocate() { places.deallocate() }

  /// What coefficients and factors have room for behind a block: the transform takes eight at a time.
  static let padding = 8

  /// Whether blocks of so many samples per direction become `Wide` samples.
  ///
  /// Of these, a rendition takes few samples for each of its pixels, and what each loses by rounding would still be
  /// seen. At 2 × 2 it takes ten; and 8 × 8 are whole levels already, but for the decoder's rounding.
  static func isWide(size: Int) -> Bool { (3...7).contains(size) }

  /// What each kept coefficient is multiplied by: its quantiser, and what all products of the transform share.
  /// - Parameter quantisers: 64, in zigzag order
  /// - Returns: a factor per kept coefficient, and `padding` zeros
  func factors(_ quantisers: [UInt16]) -> [Float] {
    var factors = [Float](repeating: 0, count: size * size + Self.padding)
    let unit: Float = Self.isWide(size: size) ? Float(1 << Wide.bits) : 1
    for index in 0..<64 where places[index] < size * size {
      let place = Int(places[index])
      factors[place] = Float(quantisers[index]) / 8 * gain(place % size) * gain(place / size) * unit
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

  /// - Parameters:
  ///   - size: 2…8
  ///   - coefficients: `size` × `size`, column by column, and room for `padding` more; zero afterwards
  ///   - factors: what each is multiplied by, and `padding` more
  ///   - rows: the block's `size` rows; the block begins `offset` bytes from each
  @inline(__always)
  static func transform(
    size: Int, _ coefficients: UnsafeMutablePointer<Int16>, _ factors: UnsafePointer<Float>,
    _ rows: UnsafePointer<UnsafeMutablePointer<UInt8>>, _ offset: Int
  ) {
    switch size {
    case 2: cinversedct_2(coefficients, factors, rows, offset)
    case 3: cinversedct_3(coefficients, factors, rows, offset)
    case 4: cinversedct_4(coefficients, factors, rows, offset)
    case 5: cinversedct_5(coefficients, factors, rows, offset)
    case 6: cinversedct_6(coefficients, factors, rows, offset)
    case 7: cinversedct_7(coefficients, factors, rows, offset)
    default: cinversedct_8(coefficients, factors, rows, offset)
    }
  }

  /// The sample of a block of which only the mean is wanted.
  /// - Parameter coefficient: the lowest one, times its factor.
  @inline(__always)
  static func mean(_ coefficient: Float) -> UInt8 { UInt8(truncatingIfNeeded: sample(coefficient, one: 1)) }

  /// A block of `Wide` samples of which only the mean is there.
  /// - Parameters:
  ///   - size: 3…7
  ///   - coefficient: the lowest one, times its factor.
  @inline(__always)
  static func fill(
    size: Int, _ coefficient: Float, _ rows: UnsafePointer<UnsafeMutablePointer<UInt8>>, _ offset: Int
  ) {
    let value = Int16(truncatingIfNeeded: sample(coefficient, one: Float(1 << Wide.bits)))
    let samples = SIMD4(repeating: value)
    for row in 0..<size {
      let line = UnsafeMutableRawPointer(rows[row] + offset)
      if size > 3 {
        line.storeBytes(of: samples, as: SIMD4<Int16>.self)
        // The last four, some of them for the second time.
        (line + 2 &* (size &- 4)).storeBytes(of: samples, as: SIMD4<Int16>.self)
      } else {
        for column in 0..<3 { (line + 2 &* column).storeBytes(of: value, as: Int16.self) }
      }
    }
  }

  /// The sample of a block's mean, in steps of which a level has `one`: rounded, and cut to 0…255 levels.
  ///
  /// Its lower 16 bits are what counts: a float of 2²³ has no fractional bits, so that adding it rounds.
  @inline(__always)
  private static func sample(_ mean: Float, one: Float) -> UInt32 {
    (min(max(mean + 128 * one, 0), 255 * one) + 8_388_608).bitPattern
  }
}
