import CInflate

/// The rows of a noninterlaced PNG as they are in its picture data, each behind the byte that names its filter:
/// decompressed as the file comes, some rows at a time, so that memory does not grow with the height.
final class PNGFilteredRows {
  private let data: PNGPictureData
  private let stream: OpaquePointer
  private let rowBytes: Int
  /// Rows of the picture that have not been decompressed.
  private var remaining: Int
  private let window: UnsafeMutablePointer<UInt8>
  private let windowRows: Int
  /// Rows in the window, and how many of them have been handed out.
  private var (filled, taken) = (0, 0)
  /// Of the picture data, what has not been decompressed.
  private var piece = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private var isExhausted = false
  private var hasEnded = false
  /// What ended the rows before their time.
  private var fault: ImagingError?

  /// What decompressing at once repays, in bytes.
  private static let windowBytes = 128 << 10
  /// Bytes behind the window that readers of whole vectors may look at.
  private static let margin = 64
  /// Decompressed bytes that may stand over at the end.
  private static let slack = 65_536

  /// - Parameters:
  ///   - rowBytes: of one row with its filter's byte
  ///   - rows: of the picture
  init(_ data: PNGPictureData, rowBytes: Int, rows: Int, _ limits: ImageLimits) throws {
    guard let stream = cinflate_create() else {
      throw ImagingError.tooMuchMemory(needed: 128 << 10, limit: limits.maxMemory)
    }
    self.stream = stream
    self.data = data
    self.rowBytes = rowBytes
    remaining = rows
    windowRows = Self.windowRows(rowBytes: rowBytes)
    window = .allocate(capacity: windowRows * rowBytes + Self.margin)
    window.initialize(repeating: 0, count: windowRows * rowBytes + Self.margin)
  }

  deinit {
    cinflate_destroy(stream)
    window.deallocate()
  }

  /// Rows that are decompressed at once: whole bands of `PaethWave.rows`.
  private static func windowRows(rowBytes: Int) -> Int {
    PaethWave.rows * max(1, windowBytes / (PaethWave.rows * rowBytes))
  }

  /// Bytes that this takes, the decompressor's own included.
  static func memory(rowBytes: Int) -> Int { windowRows(rowBytes: rowBytes) * rowBytes + (160 << 10) }

  /// The next rows, `count` of them or `PaethWave.rows` at most: valid until the next call, with room for 64 bytes
  /// behind.
  ///
  /// Until the last rows, `count` is to be `PaethWave.rows`.
  /// - Returns: fewer rows than `count` where the others are missing and damaged pictures are rendered.
  func next(_ count: Int) throws -> (rows: UnsafePointer<UInt8>, count: Int) {
    if taken == filled && remaining > 0 {
      let wanted = min(windowRows, remaining)
      filled = try fill(window, wanted * rowBytes) / rowBytes
      taken = 0
      remaining -= wanted
      if filled < wanted {
        let error = fault ?? data.corrupt("fewer picture data than the header says")
        guard data.log.rendersDamaged else { throw error }
        try data.log.warn(error.damage)
        remaining = 0
      }
    }
    defer { taken += min(count, filled - taken) }
    return (UnsafePointer(window + taken * rowBytes), min(count, filled - taken))
  }

  /// Reads to the end of the picture data and of the file.
  func finish() throws {
    if !hasEnded && fault == nil {
      // What stands over is nobody's picture: it is left out and counted, as libpng does.
      let surplus = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.slack)
      defer { surplus.deallocate() }
      let count = try fill(surplus, Self.slack)
      if count > 0 {
        try data.log.warn("more picture data than the header says")
        return try data.finish(hasSurplus: false)
      } else if !hasEnded && fault == nil {
        try data.log.warn("the picture data have no end")
      }
    }
    if let fault { try data.log.warn("behind the picture: \(fault.damage)") }
    try data.finish(hasSurplus: hasEnded && !piece.isEmpty)
  }

  /// Decompresses up to `count` bytes, fewer only at the end and in front of what is damaged: `fault`.
  private func fill(_ target: UnsafeMutablePointer<UInt8>, _ count: Int) throws -> Int {
    var (output, room): (UnsafeMutablePointer<UInt8>?, Int) = (target, count)
    while room > 0 && !hasEnded && fault == nil {
      if piece.isEmpty && !isExhausted {
        do {
          if let next = try data.next() { piece = next } else { isExhausted = true }
        } catch let error as ImagingError where error.isDamage {
          fault = error
          break
        }
      }
      var (input, left) = (piece.baseAddress, piece.count)
      let before = (left, room)
      let status = cinflate_next(stream, &input, &left, &output, &room)
      piece = UnsafeBufferPointer(start: input, count: left)
      if status == CINFLATE_ENDED { hasEnded = true }
      let isStuck = (left, room) == before
      if status == CINFLATE_DAMAGED || isStuck && !isExhausted && before.0 > 0 {
        fault = data.corrupt("the picture data cannot be decompressed")
      }
      if isStuck && isExhausted { break }
    }
    return count - room
  }
}
