/// The latest rows of a decoded plane.
///
/// Rows keep their number in the plane; a row's memory is used again `capacity` rows later.
final class RowRing {
  let bytesPerRow: Int
  let capacity: Int
  /// Rows decoded so far.
  private(set) var count = 0
  private let memory: UnsafeMutableRawPointer

  /// - Parameter capacity: the longest reach of a filter plus the rows of one band.
  init(_ plane: PlaneLayout, capacity: Int) {
    // A margin of one vector, because kernels load whole vectors.
    bytesPerRow = (plane.bytesPerRow + 63) & ~31
    self.capacity = capacity
    memory = .allocate(byteCount: bytesPerRow * capacity, alignment: 32)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytesPerRow * capacity)
  }

  /// One ring per plane, with room for what `readers` reach back to.
  static func rings(_ planes: [PlaneLayout], for readers: [RenditionPipeline]) -> [RowRing] {
    planes.enumerated().map { index, plane in
      let reach = readers.map { $0.reach(plane: index) }.max() ?? 1
      return RowRing(plane, capacity: reach + plane.rowsPerBand)
    }
  }

  deinit { memory.deallocate() }

  /// The memory of a row, `bytesPerRow` long: of the last `capacity` that were counted, or of the next to be decoded.
  ///
  /// Whatever the index, 0 or more, it lies inside the ring's `capacity` rows.
  func row(_ index: Int) -> UnsafeMutableRawPointer { memory + (index % capacity) * bytesPerRow }

  func append(rows: Int) { count += rows }
}
