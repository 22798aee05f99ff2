/// Looks at a grid of samples of the decoded picture while it passes, for what an `ImageDescription` says of it.
///
/// The grid is the same share of the picture whatever the renditions are; at 144 × 128 points it costs next to nothing.
final class PictureSampler {
  private static let columns = 9
  private static let rows = 8
  private static let pointsPerCell = 16

  private let planes: [PlaneLayout]
  private let orientation: Orientation
  /// The sampled columns, and what cell of the grid each adds to: within its row, or with swapped axes its column.
  private let points: [(x: Int, cell: Int)]
  private let ys: [Int]
  private var nextY = 0
  /// Luma of each cell, in thousandths, and how many points it is the sum of.
  private var cells = [SIMD2<Int>](repeating: .zero, count: columns * rows)
  /// Per 8 × 8 × 8 colours: their sums, and how many points they are the sum of.
  private var colours = [SIMD4<Int32>](repeating: .zero, count: 512)

  init(_ planes: [PlaneLayout], orientation: Orientation) {
    self.planes = planes
    self.orientation = orientation
    let swaps = orientation.swapsAxes
    let width = planes[0].width
    points = Self.points(width, (swaps ? Self.rows : Self.columns) * Self.pointsPerCell).map { x in
      (x, Self.cell(x, of: width, mirrored: orientation.mirrorsStoredX, acrossRows: swaps))
    }
    ys = Self.points(planes[0].height, (swaps ? Self.columns : Self.rows) * Self.pointsPerCell)
  }

  /// At most `limit` positions, evenly spread over `length`.
  private static func points(_ length: Int, _ limit: Int) -> [Int] {
    let count = min(length, limit)
    return (0..<count).map { (2 * $0 + 1) * length / (2 * count) }
  }

  /// What position `index` of `length` in one stored direction adds to the number of the upright cell.
  private static func cell(_ index: Int, of length: Int, mirrored: Bool, acrossRows: Bool) -> Int {
    // In halves of a sample, so that mirroring is exact.
    let centre = mirrored ? 2 * (length - 1 - index) + 1 : 2 * index + 1
    return acrossRows ? centre * rows / (2 * length) * columns : centre * columns / (2 * length)
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
    let base = Self.cell(
      y, of: height, mirrored: orientation.mirrorsStoredY, acrossRows: !orientation.swapsAxes)
    func row(_ plane: Int) -> UnsafeRawPointer {
      // Bands of all planes end together, so a plane's row at the same height is there too.
      UnsafeRawPointer(rings[plane].row(max(0, min(y * planes[plane].height / height, rings[plane].count - 1))))
    }
    let isPlanar = planes.count == 3
    let luma = row(0)
    let (blue, red) = isPlanar ? (row(1), row(2)) : (luma, luma)
    let (blueWidth, redWidth, width) = (planes[isPlanar ? 1 : 0].width, planes[isPlanar ? 2 : 0].width, planes[0].width)
    let (channels, isWide) = (planes[0].channels, planes.map(\.isWide))
    cells.withUnsafeMutableBufferPointer { cells in
      colours.withUnsafeMutableBufferPointer { colours in
        for (x, offset) in points {
          let colour =
            isPlanar
            ? Self.colour(
              Self.sample(luma, x, isWide[0]), Self.sample(blue, x &* blueWidth / width, isWide[1]),
              Self.sample(red, x &* redWidth / width, isWide[2]))
            : Self.colour(luma, pixel: x, channels: channels, isWide: isWide[0])
          // Rec. 601 luma.
          cells[base + offset] &+= SIMD2(Int(colour.x &* 299 &+ colour.y &* 587 &+ colour.z &* 114), 1)
          colours[Int((colour.x &>> 5) &* 64 &+ (colour.y &>> 5) &* 8 &+ (colour.z &>> 5))] &+= colour
        }
      }
    }
  }

  /// A sample of a row, in 8 bits.
  @inline(__always)
  private static func sample(_ row: UnsafeRawPointer, _ index: Int, _ isWide: Bool) -> UInt8 {
    guard isWide else { return row.load(fromByteOffset: index, as: UInt8.self) }
    let sample = row.load(fromByteOffset: 2 &* index, as: Int16.self)
    return UInt8(truncatingIfNeeded: (sample &+ 1 << Int16(Wide.bits - 1)) &>> Int16(Wide.bits))
  }

  /// R'G'B' and 1 from Y'CbCr.
  @inline(__always)
  private static func colour(_ y: UInt8, _ cb: UInt8, _ cr: UInt8) -> SIMD4<Int32> {
    let rgb = ColourConversion.rgb(y, cb, cr)
    return SIMD4(rgb.red, rgb.green, rgb.blue, 1).clamped(lowerBound: .zero, upperBound: SIMD4(255, 255, 255, 1))
  }

  /// R'G'B' over white, and 1, from an interleaved row.
  private static func colour(_ row: UnsafeRawPointer, pixel: Int, channels: Int, isWide: Bool) -> SIMD4<Int32> {
    let start = pixel &* channels
    func sample(_ channel: Int) -> Int32 { Int32(Self.sample(row, start &+ channel, isWide)) }
    let isGray = channels <= 2
    let through = channels % 2 == 0 ? 255 &- sample(channels &- 1) : 0
    return SIMD4(
      sample(0) &+ through, sample(isGray ? 0 : 1) &+ through, sample(isGray ? 0 : 2) &+ through, 1)
  }

  /// 64 bits, row by row from the top left, most significant first: whether a cell of the 9 × 8 grid is brighter than
  /// the one to its right (Krawetz's dHash).
  ///
  /// Pictures that look alike differ in few bits.
  var differenceHash: UInt64 {
    let means = fillingGaps(cells.map { $0.y == 0 ? nil : $0.x / $0.y })
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
