/// Finished rows on their way to an encoder, first in, first out.
///
/// Rows keep their number in the rendition.
final class OutputRows {
  let bytesPerRow: Int
  /// Rows appended so far.
  private(set) var count = 0
  /// The first row that is still held.
  private(set) var first = 0
  private var capacity: Int
  private var memory: UnsafeMutableRawPointer

  /// - Parameter bytesPerRow: with room for the padding that the encoder wants.
  init(bytesPerRow: Int) {
    self.bytesPerRow = bytesPerRow
    capacity = 48
    memory = .allocate(byteCount: bytesPerRow * capacity, alignment: 32)
  }

  deinit { memory.deallocate() }

  /// Memory for the next row.
  func append() -> UnsafeMutableRawPointer {
    if count - first == capacity { grow() }
    count += 1
    return row(count - 1)
  }

  /// One plane may run ahead of another by as much as their filters reach differently.
  private func grow() {
    let larger = UnsafeMutableRawPointer.allocate(byteCount: bytesPerRow * capacity * 2, alignment: 32)
    for index in first..<count {
      (larger + index % (capacity * 2) * bytesPerRow).copyMemory(from: row(index), byteCount: bytesPerRow)
    }
    memory.deallocate()
    memory = larger
    capacity *= 2
  }

  /// A row in `first..<count`.
  func row(_ index: Int) -> UnsafeMutableRawPointer { memory + index % capacity * bytesPerRow }

  /// Lets go of all rows before `index`.
  func discard(before index: Int) { first = max(first, min(index, count)) }
}
