/// Looks at a grid of samples of the decoded picture while it passes, for what an `ImageDescription` says of it.
/// The grid is the same share of the picture whatever the renditions are; at about 300 × 270 points it costs next to
/// nothing.
final class PictureSampler {
  private static let columns = 9
  private static let rows = 8
  private static let pointsPerCell = 33

  private let planes: [PlaneLayout]
  private let orientation: Orientation
  private let xs: [Int]
  private let ys: [Int]
  private var nextY = 0
  private var sums = [Int](repeating: 0, count: columns * rows)
  private var counts = [Int](repeating: 0, count: columns * rows)
  /// Per cell of 8 × 8 × 8 colours: how many samples, and their sums.
  private var colours = [SIMD4<Int32>](repeating: .zero, count: 512)

  init(_ planes: [PlaneLayout], orientation: Orientation) {
    self.planes = planes
    self.orientation = orientation
    let swaps = orientation.swapsAxes
    xs = Self.points(planes[0].width, (swaps ? Self.rows : Self.columns) * Self.pointsPerCell)
    ys = Self.points(planes[0].height, (swaps ? Self.columns : Self.rows) * Self.pointsPerCell)
  }

  /// At most `limit` positions, evenly spread over `length`.
  private static func points(_ length: Int, _ limit: Int) -> [Int] {
    let count = min(length, limit)
    return (0..<count).map { (2 * $0 + 1) * length / (2 * count) }
  }

  /// Takes in the rows that the latest band brought.
  func advance(_ rings: [RowRing]) {
    while nextY < ys.count, ys[nextY] < rings[0].count {
      sample(row: ys[nextY], rings)
      nextY += 1
    }
  }

  private func sample(row y: Int, _ rings: [RowRing]) {
    let height = planes[0].height
    let rows = planes.indices.map { index in
      // Bands of all planes end together, so a plane's row at the same height is there too.
      UnsafeRawPointer(rings[index].row(min(y * planes[index].height / height, rings[index].count - 1)))
    }
    for x in xs { add(colour(x, rows), x: x, y: y) }
  }

  /// The 8-bit colour at pixel `x` of the first plane, over white.
  @inline(__always)
  private func colour(_ x: Int, _ rows: [UnsafeRawPointer]) -> SIMD4<Int32> {
    let plane = planes[0]
    func at(_ plane: Int, _ x: Int) -> Int32 { Int32(rows[plane].load(fromByteOffset: x, as: UInt8.self)) }
    if planes.count == 3 {
      let luma = at(0, x) << 16 &+ 32_768
      let blue = at(1, x * planes[1].width / plane.width) - 128
      let red = at(2, x * planes[2].width / plane.width) - 128
      let rgb = SIMD4<Int32>(
        (luma &+ 91_881 &* red) >> 16, (luma &- 22_554 &* blue &- 46_802 &* red) >> 16,
        (luma &+ 116_130 &* blue) >> 16, 1)
      return rgb.clamped(lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(255, 255, 255, 1))
    }
    let start = x * plane.channels
    func sample(_ channel: Int) -> Int32 {
      guard plane.isWide else { return at(0, start + channel) }
      return Int32(rows[0].load(fromByteOffset: 2 * (start + channel), as: Int16.self)) >> Int32(Wide.bits)
    }
    let isGray = plane.channels <= 2
    let through = plane.channels % 2 == 0 ? 255 - sample(plane.channels - 1) : 0
    let colour = SIMD4<Int32>(sample(0), sample(isGray ? 0 : 1), sample(isGray ? 0 : 2), 0) &+ through
    return colour.replacing(with: SIMD4(0, 0, 0, 1), where: SIMDMask(arrayLiteral: false, false, false, true))
  }

  private func add(_ colour: SIMD4<Int32>, x: Int, y: Int) {
    // Upright position, in halves of a sample so that mirroring is exact.
    let width = planes[0].width
    let height = planes[0].height
    let storedX = orientation.mirrorsStoredX ? 2 * (width - 1 - x) + 1 : 2 * x + 1
    let storedY = orientation.mirrorsStoredY ? 2 * (height - 1 - y) + 1 : 2 * y + 1
    let (across, wide) = orientation.swapsAxes ? (storedY, height) : (storedX, width)
    let (down, high) = orientation.swapsAxes ? (storedX, width) : (storedY, height)
    let cell = down * Self.rows / (2 * high) * Self.columns + across * Self.columns / (2 * wide)
    // Rec. 601 luma in thousandths.
    sums[cell] += Int(colour.x) * 299 + Int(colour.y) * 587 + Int(colour.z) * 114
    counts[cell] += 1
    let bin = (Int(colour.x) >> 5) * 64 + (Int(colour.y) >> 5) * 8 + (Int(colour.z) >> 5)
    colours[bin] &+= colour
  }

  /// 64 bits, row by row from the top left, most significant first: whether a cell of the 9 × 8 grid is brighter than
  /// the one to its right (Krawetz's dHash). Pictures that look alike differ in few bits.
  var differenceHash: UInt64 {
    let means = fillingGaps(zip(sums, counts).map { $1 == 0 ? nil : $0 / $1 })
    var hash: UInt64 = 0
    for row in 0..<Self.rows {
      for column in 0..<Self.columns - 1 {
        let cell = row * Self.columns + column
        hash = hash << 1 | (means[cell] > means[cell + 1] ? 1 : 0)
      }
    }
    return hash
  }

  /// A picture smaller than the grid leaves cells empty: they take the value before them.
  private func fillingGaps(_ means: [Int?]) -> [Int] {
    var last = means.lazy.compactMap { $0 }.first ?? 0
    return means.map { mean in
      last = mean ?? last
      return last
    }
  }

  /// The mean of the commonest of 512 colours.
  var dominantColour: RGB {
    var commonest = SIMD4<Int32>.zero
    for bin in colours where bin.w > commonest.w { commonest = bin }
    guard commonest.w > 0 else { return RGB(0, 0, 0) }
    func mean(_ sum: Int32) -> UInt8 { UInt8(clamping: (sum + commonest.w / 2) / commonest.w) }
    return RGB(mean(commonest.x), mean(commonest.y), mean(commonest.z))
  }
}
