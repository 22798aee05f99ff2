/// A whole plane of a rendition in stored order, for orientations in which the first row to be written is not the first
/// to be known.
///
/// It is as large as the rendition, never as the source.
final class Canvas {
  private let width: Int
  private let height: Int
  private let bytesPerPixel: Int
  private let bytesPerRow: Int
  private let transposes: Bool
  private let memory: UnsafeMutableRawPointer
  private var emitted = 0

  /// - Parameters:
  ///   - width: pixels, in stored order
  ///   - height: pixels, in stored order
  init(width: Int, height: Int, bytesPerPixel: Int, transposes: Bool) {
    self.width = width
    self.height = height
    self.bytesPerPixel = bytesPerPixel
    self.transposes = transposes
    // Kernels write four pixels at a time, so the end of a row may run over.
    bytesPerRow = (width + 4) * bytesPerPixel
    memory = .allocate(byteCount: bytesPerRow * height, alignment: 32)
  }

  deinit { memory.deallocate() }

  func row(_ index: Int) -> UnsafeMutableRawPointer { memory + index * bytesPerRow }

  /// Writes up to `limit` further upright rows to `rows`.
  /// - Returns: whether that was all.
  func emit(into rows: OutputRows, limit: Int) -> Bool {
    let total = transposes ? width : height
    let end = min(total, emitted + limit)
    for index in emitted..<end {
      let target = rows.append()
      if transposes {
        copyColumn(index, to: target)
      } else {
        target.copyMemory(from: row(index), byteCount: width * bytesPerPixel)
      }
    }
    emitted = end
    return end == total
  }

  private func copyColumn(_ column: Int, to target: UnsafeMutableRawPointer) {
    let step = bytesPerRow
    let source = memory + column * bytesPerPixel
    if bytesPerPixel == 1 {
      for index in 0..<height {
        target.storeBytes(
          of: source.load(fromByteOffset: index &* step, as: UInt8.self), toByteOffset: index, as: UInt8.self)
      }
    } else {
      for index in 0..<height {
        (target + index &* bytesPerPixel).copyMemory(from: source + index &* step, byteCount: bytesPerPixel)
      }
    }
  }
}
