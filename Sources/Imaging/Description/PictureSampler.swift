/// Looks at a grid of samples of the decoded picture while it passes, for what an `ImageDescription` says of it.
///
/// The grid is the same share of the picture whatever the renditions are; at 144 × 128 points it costs next to nothing.
/// They add up in a fine grid of 36 × 32 cells, of which four by four are a cell of the fingerprint's.
final class PictureSampler {
  /// Of the fingerprint's grid.
  private static let columns = 9
  private static let rows = 8
  /// Cells of the fine grid in a cell of the fingerprint's, in each direction, and points in a cell of the fine one.
  private static let division = 4
  private static let pointsPerCell = 4
  private static let fineColumns = columns * division
  private static let fineRows = rows * division

  private let planes: [PlaneLayout]
  private let orientation: Orientation
  /// The sampled columns, and what cell of the fine grid each adds to: within its row, or with swapped axes its column.
  private let points: [(x: Int, cell: Int)]
  private let ys: [Int]
  private var nextY = 0
  /// Of each cell of the fine grid, the sums of colour multiplied by alpha, and of alpha.
  private var cells = [SIMD4<Int32>](repeating: .zero, count: fineColumns * fineRows)
  /// How many points are in each column of the fine grid, and in each row.
  private var pointsPerColumn = [Int](repeating: 0, count: fineColumns)
  private var pointsPerRow = [Int](repeating: 0, count: fineRows)
  /// Per 8 × 8 × 8 colours: their sums, and how many points they are the sum of.
  private var colours = [SIMD4<Int32>](repeating: .zero, count: 512)

  /// The upright picture's size.
  private let shown: (width: Int, height: Int)

  init(_ planes: [PlaneLayout], _ header: ImageHeader) {
    self.planes = planes
    let orientation = header.orientation
    self.orientation = orientation
    shown = (header.displayWidth, header.displayHeight)
    let swaps = orientation.swapsAxes
    let width = planes[0].width
    let height = planes[0].height
    points = Self.points(width, (swaps ? Self.fineRows : Self.fineColumns) * Self.pointsPerCell).map { x in
      (x, Self.cell(x, of: width, mirrored: orientation.mirrorsStoredX, acrossRows: swaps))
    }
    ys = Self.points(height, (swaps ? Self.fineColumns : Self.fineRows) * Self.pointsPerCell)
    let offsets =
      points.map(\.cell)
      + ys.map { Self.cell($0, of: height, mirrored: orientation.mirrorsStoredY, acrossRows: !swaps) }
    for (index, offset) in offsets.enumerated() {
      if (index < points.count) == swaps {
        pointsPerRow[offset / Self.fineColumns] += 1
      } else {
        pointsPerColumn[offset] += 1
      }
    }
  }

  /// At most `limit` positions, evenly spread over `length`.
  private static func points(_ length: Int, _ limit: Int) -> [Int] {
    let count = min(length, limit)
    return (0..<count).map { (2 * $0 + 1) * length / (2 * count) }
  }

  /// What position `index` of `length` in one stored direction adds to the number of the upright cell of the fine grid.
  private static func cell(_ index: Int, of length: Int, mirrored: Bool, acrossRows: Bool) -> Int {
    // In halves of a sample, so that mirroring is exact.
    let centre = mirrored ? 2 * (length - 1 - index) + 1 : 2 * index + 1
    return acrossRows ? centre * fineRows / (2 * length) * fineColumns : centre * fineColumns / (2 * length)
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
          cells[base &+ offset] &+= colour
          // Over white.
          var opaque = colour &+ (255 &- colour.w)
          opaque.w = 1
          colours[Int((opaque.x &>> 5) &* 64 &+ (opaque.y &>> 5) &* 8 &+ (opaque.z &>> 5))] &+= opaque
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

  /// R'G'B' and an alpha of 255 from Y'CbCr.
  @inline(__always)
  private static func colour(_ y: UInt8, _ cb: UInt8, _ cr: UInt8) -> SIMD4<Int32> {
    let rgb = ColourConversion.rgb(y, cb, cr)
    return SIMD4(rgb.red, rgb.green, rgb.blue, 255).clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255))
  }

  /// R'G'B' multiplied by alpha, and alpha, from an interleaved row.
  private static func colour(_ row: UnsafeRawPointer, pixel: Int, channels: Int, isWide: Bool) -> SIMD4<Int32> {
    let start = pixel &* channels
    func sample(_ channel: Int) -> Int32 { Int32(Self.sample(row, start &+ channel, isWide)) }
    let isGray = channels <= 2
    let alpha = channels % 2 == 0 ? sample(channels &- 1) : 255
    return SIMD4(sample(0), sample(isGray ? 0 : 1), sample(isGray ? 0 : 2), alpha)
  }

  /// 64 bits, row by row from the top left, most significant first: whether a cell of the 9 × 8 grid is brighter than
  /// the one to its right (Krawetz's dHash).
  ///
  /// Pictures that look alike differ in few bits.
  var differenceHash: UInt64 {
    var sums = [SIMD2<Int>](repeating: .zero, count: Self.columns * Self.rows)
    for (index, cell) in cells.enumerated() {
      let (row, column) = (index / Self.fineColumns, index % Self.fineColumns)
      let points = pointsPerColumn[column] * pointsPerRow[row]
      // Rec. 601 luma over white, in thousandths.
      let luma = 299 * Int(cell.x) + 587 * Int(cell.y) + 114 * Int(cell.z) + 1000 * (255 * points - Int(cell.w))
      sums[row / Self.division * Self.columns + column / Self.division] &+= SIMD2(luma, points)
    }
    let means = fillingGaps(sums.map { $0.y == 0 ? nil : $0.x / $0.y })
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

  /// At most 36 × 32 cells are looked at, each pixel of a smaller picture.
  var thumbhash: [UInt8] {
    let columns = pointsPerColumn.indices.filter { pointsPerColumn[$0] > 0 }
    let rows = pointsPerRow.indices.filter { pointsPerRow[$0] > 0 }
    let means = rows.flatMap { row in
      columns.map { column in
        let cell = cells[row * Self.fineColumns + column]
        let points = Double(255 * pointsPerColumn[column] * pointsPerRow[row])
        return SIMD4(Double(cell.x), Double(cell.y), Double(cell.z), Double(cell.w)) / points
      }
    }
    return ThumbHash(means, columns: columns.count, width: shown.width, height: shown.height).bytes
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
