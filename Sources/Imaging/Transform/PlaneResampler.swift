/// Resamples one plane for one rendition, row by row as source rows come: first down the columns, then along the row.
final class PlaneResampler {
  /// The finished rows, upright.
  let rows: OutputRows
  /// Takes the rows as they are made, in the order of the source, for a smaller rendition to be made from them.
  var relay: RowRing?
  private let channels: Int
  private let isWideSource: Bool
  private let isWideResult: Bool
  private let vertical: FilterBank
  private let horizontal: FilterBank
  private let width: Int
  private let height: Int
  /// Pixels of a finished row.
  private let uprightWidth: Int
  /// Pixels that a row is to be padded to, repeating its last pixel.
  private let paddedWidth: Int
  private let runsBackwards: Bool
  private let swaps: Bool
  /// The most rows that one `advance` makes: those of one band of the source, and those that its end lets go.
  private let rowsPerBand: Int
  private let canvas: Canvas?
  /// One row between the passes, from the first column that the horizontal pass reads.
  private let between: UnsafeMutablePointer<Int16>
  private let betweenCount: Int
  private let sources: UnsafeMutablePointer<UnsafeRawPointer>
  /// Rows resampled so far, in the order of the source.
  private var next = 0

  /// - Parameter blockSize: the multiple of pixels that the encoder wants rows padded to.
  init(
    _ plane: PlaneLayout, x: Axis, y: Axis, kernel: Rendition.Kernel, isWideResult: Bool, transposes: Bool,
    blockSize: Int
  ) {
    channels = plane.channels
    isWideSource = plane.isWide
    self.isWideResult = isWideResult
    vertical = FilterBank(y, kernel: kernel, averaged: plane.averaged, multiple: 2, isRelative: false)
    horizontal = FilterBank(
      x, kernel: kernel, averaged: plane.averaged, multiple: plane.channels == 1 && !isWideResult ? 8 : 2,
      isRelative: true)
    width = x.length
    height = y.length
    runsBackwards = y.isMirrored
    swaps = transposes
    rowsPerBand = Int(Double(plane.rowsPerBand) / y.step + kernel.support / min(1, y.step)) + 4
    let bytesPerPixel = channels * (isWideResult ? 2 : 1)
    uprightWidth = transposes ? height : width
    paddedWidth = (uprightWidth + blockSize - 1) / blockSize * blockSize
    rows = OutputRows(bytesPerRow: (paddedWidth + 32) * bytesPerPixel)
    canvas =
      transposes || runsBackwards
      ? Canvas(width: width, height: height, bytesPerPixel: bytesPerPixel, transposes: transposes) : nil
    betweenCount = (horizontal.range.count * channels + 15) & ~15
    let room = betweenCount + (horizontal.tapCount + 16) * channels
    between = .allocate(capacity: room)
    between.initialize(repeating: 0, count: room)
    sources = .allocate(capacity: vertical.tapCount)
    sources.initialize(repeating: UnsafeRawPointer(between), count: vertical.tapCount)
  }

  deinit {
    between.deallocate()
    sources.deallocate()
  }

  /// What `relay` gets: the result as a plane of its own.
  /// - Parameter halves: whether it has half as many samples as the rendition in each direction, rounded up.
  func result(of picture: RenditionFile, halves: Bool) -> PlaneLayout {
    let (pictureWidth, pictureHeight) = swaps ? (picture.height, picture.width) : (picture.width, picture.height)
    let extentX = Double(pictureWidth) / (halves ? 2 : 1)
    let extentY = Double(pictureHeight) / (halves ? 2 : 1)
    return PlaneLayout(
      width: width, height: height, channels: channels, isWide: isWideResult, stride: width * channels,
      rowsPerBand: rowsPerBand, extentX: extentX, extentY: extentY,
      originY: runsBackwards ? Double(height) - extentY : 0, isUnmirroredX: true)
  }

  /// The source rows that the longest vertical filter spans.
  var reach: Int { vertical.tapCount }

  /// Takes in what `ring` has, as far as it is needed.
  func advance(_ ring: RowRing) {
    while next < height {
      let index = runsBackwards ? height - 1 - next : next
      guard vertical.end(index) <= ring.count else { return }
      verticalPass(index, ring)
      let target = canvas?.row(index) ?? rows.append()
      horizontalPass(to: target)
      if canvas == nil { pad(target) }
      if let relay {
        relay.row(relay.count).copyMemory(from: target, byteCount: width * channels * (isWideResult ? 2 : 1))
        relay.append(rows: 1)
      }
      next += 1
    }
  }

  /// With all source rows taken in, writes up to `limit` rows of a turned picture to `rows`.
  /// - Returns: whether that was all.
  func emit(limit: Int) -> Bool {
    guard let canvas else { return true }
    let before = rows.count
    let isDone = canvas.emit(into: rows, limit: limit)
    for index in before..<rows.count { pad(rows.row(index)) }
    return isDone
  }

  private func verticalPass(_ index: Int, _ ring: RowRing) {
    let offset = horizontal.range.lowerBound * channels * (isWideSource ? 2 : 1)
    let start = vertical.start(index)
    let count = vertical.count(index)
    if vertical.copies && !isWideSource {
      VerticalKernel.copy(UnsafeRawPointer(ring.row(start)) + offset, between, betweenCount)
      return
    }
    // Padding taps are zero, whatever row they stand for.
    let used = (count + 1) & ~1
    for tap in 0..<used { sources[tap] = UnsafeRawPointer(ring.row(start + min(tap, count - 1))) + offset }
    vertical.withTaps { _, taps in
      let filter = taps + index * vertical.tapCount
      if isWideSource {
        VerticalKernel.wide(sources, filter, used, between, betweenCount)
      } else {
        VerticalKernel.narrow(sources, filter, used, between, betweenCount)
      }
    }
  }

  private func horizontalPass(to target: UnsafeMutableRawPointer) {
    if isWideResult {
      HorizontalKernel.wide(between, horizontal, channels: channels, target.assumingMemoryBound(to: Int16.self))
    } else if channels == 1 {
      HorizontalKernel.narrow(between, horizontal, target.assumingMemoryBound(to: UInt8.self))
    } else {
      HorizontalKernel.narrow(between, horizontal, channels: channels, target.assumingMemoryBound(to: UInt8.self))
    }
  }

  private func pad(_ row: UnsafeMutableRawPointer) {
    let bytesPerPixel = channels * (isWideResult ? 2 : 1)
    for pixel in uprightWidth..<paddedWidth {
      (row + pixel * bytesPerPixel).copyMemory(from: row + (uprightWidth - 1) * bytesPerPixel, byteCount: bytesPerPixel)
    }
  }
}
