/// Resamples one plane for one rendition, row by row: the vertical pass as soon as its rows are there, into a batch of
/// `Wide` rows; the horizontal pass per batch.
final class PlaneResampler {
  static let batchRows = 8

  /// The finished rows, upright.
  let rows: OutputRows
  private let channels: Int
  private let isWideSource: Bool
  private let isWideResult: Bool
  private let vertical: FilterBank
  private let horizontal: FilterBank
  /// Source columns that the horizontal pass reads.
  private let columns: Range<Int>
  private let width: Int
  private let height: Int
  /// Pixels of a finished row.
  private let uprightWidth: Int
  /// Pixels that a row is to be padded to, repeating its last pixel.
  private let paddedWidth: Int
  private let runsBackwards: Bool
  private let canvas: Canvas?
  private let batch: UnsafeMutablePointer<Int16>
  private let batchStride: Int
  private var batched = 0
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
    vertical = FilterBank(y, kernel: kernel)
    horizontal = FilterBank(x, kernel: kernel)
    columns = horizontal.range
    width = x.length
    height = y.length
    runsBackwards = y.isMirrored
    let bytesPerPixel = channels * (isWideResult ? 2 : 1)
    uprightWidth = transposes ? height : width
    paddedWidth = (uprightWidth + blockSize - 1) / blockSize * blockSize
    rows = OutputRows(bytesPerRow: (paddedWidth + 32) * bytesPerPixel)
    canvas =
      transposes || runsBackwards
      ? Canvas(width: width, height: height, bytesPerPixel: bytesPerPixel, transposes: transposes) : nil
    batchStride = (columns.count + horizontal.tapCount + 16) * channels
    batch = .allocate(capacity: batchStride * Self.batchRows)
    batch.initialize(repeating: 0, count: batchStride * Self.batchRows)
  }

  deinit { batch.deallocate() }

  /// The source rows that the longest vertical filter spans.
  var reach: Int { vertical.tapCount }

  /// Takes in what `ring` has, as far as it is needed.
  func advance(_ ring: RowRing) {
    while next < height {
      let index = runsBackwards ? height - 1 - next : next
      guard vertical.end(index) <= ring.count else { return }
      verticalPass(index, ring)
      next += 1
      batched += 1
      if batched == Self.batchRows || next == height { flush() }
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
    let target = batch + batched * batchStride
    let count = columns.count * channels
    let offset = columns.lowerBound * channels
    let start = Int(vertical.starts[index])
    withUnsafeTemporaryAllocation(of: UnsafeRawPointer.self, capacity: vertical.tapCount) { sources in
      for tap in 0..<vertical.tapCount {
        let row = start + min(tap, Int(vertical.counts[index]) - 1)
        sources[tap] = UnsafeRawPointer(ring.row(row)) + offset * (isWideSource ? 2 : 1)
      }
      guard let rows = UnsafePointer(sources.baseAddress) else { return }
      vertical.taps.withUnsafeBufferPointer { taps in
        guard let base = taps.baseAddress else { return }
        let filter = base + index * vertical.tapCount
        if isWideSource {
          VerticalKernel.wide(rows, filter, vertical.tapCount, target, count)
        } else {
          VerticalKernel.narrow(rows, filter, vertical.tapCount, target, count)
        }
      }
    }
  }

  private func flush() {
    for row in 0..<batched {
      let index = next - batched + row
      let target: UnsafeMutableRawPointer
      if let canvas {
        target = canvas.row(runsBackwards ? height - 1 - index : index)
      } else {
        target = rows.append()
      }
      let source = UnsafePointer(batch + row * batchStride)
      if isWideResult {
        HorizontalKernel.wide(
          source, horizontal, columns.lowerBound, channels, target.assumingMemoryBound(to: Int16.self))
      } else {
        HorizontalKernel.narrow(
          source, horizontal, columns.lowerBound, channels, target.assumingMemoryBound(to: UInt8.self))
      }
      if canvas == nil { pad(target) }
    }
    batched = 0
  }

  private func pad(_ row: UnsafeMutableRawPointer) {
    let bytesPerPixel = channels * (isWideResult ? 2 : 1)
    for pixel in uprightWidth..<paddedWidth {
      (row + pixel * bytesPerPixel).copyMemory(from: row + (uprightWidth - 1) * bytesPerPixel, byteCount: bytesPerPixel)
    }
  }
}
