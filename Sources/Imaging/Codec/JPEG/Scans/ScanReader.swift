/// Walks through the entropy-coded data of a JPEG's scans: keeps the buffer filled, finds restart markers and ends, and
/// counts damage.
final class ScanReader {
  private(set) var warnings = 0
  private let input: ImageInput
  private let limits: ImageLimits
  private let bytes: ScanBytes
  /// Bytes that one MCU takes at most.
  private let largestMCU: Int
  /// Bits of the buffer that have been used.
  private var position = 0
  private var restartInterval = 0
  /// MCUs to the next restart marker.
  private var untilRestart = 0
  private var nextRestart: UInt8 = 0

  /// - Parameters:
  ///   - offset: of the first scan's first entropy-coded byte
  ///   - largestMCU: bytes that one MCU takes at most
  init(_ input: ImageInput, _ limits: ImageLimits, from offset: Int, largestMCU: Int, restartInterval: Int) throws {
    self.input = input
    self.limits = limits
    self.largestMCU = largestMCU
    bytes = try ScanBytes(input, from: offset, ahead: largestMCU)
    try begin(restartInterval: restartInterval)
  }

  /// Begins with the data of a scan, right behind its header.
  func begin(restartInterval: Int) throws {
    self.restartInterval = restartInterval
    untilRestart = restartInterval
    nextRestart = 0
    position = 0
    try bytes.beginSegment()
  }

  /// Has `decode` decode each MCU of `range` in turn; `restart` is called where predictions begin anew.
  @inline(__always)
  func read(
    _ range: Range<Int>, restart: () -> Void, decode: (_ mcu: Int, inout BitReader, _ damage: inout Int) -> Void
  ) throws {
    var mcu = range.lowerBound
    while mcu < range.upperBound {
      if restartInterval > 0 && untilRestart == 0 {
        try passRestartMarker()
        restart()
      }
      if !bytes.isComplete && bytes.end - position / 8 < largestMCU {
        bytes.position = position / 8
        try bytes.refill()
        position %= 8
      }
      let first = mcu
      let last = restartInterval == 0 ? range.upperBound : min(range.upperBound, mcu + untilRestart)
      let memory = UnsafePointer(bytes.memory)
      let isComplete = bytes.isComplete
      let end = bytes.end
      // The reader is up to 8 bytes ahead of what it has used.
      let safe = memory + (isComplete ? end : max(0, end - largestMCU))
      var reader = BitReader(memory, at: position)
      var damage = 0
      while mcu < last {
        decode(mcu, &reader, &damage)
        mcu &+= 1
        if reader.next > safe && (!isComplete || reader.position(from: memory) > end &* 8) { break }
      }
      position = reader.position(from: memory)
      untilRestart -= mcu - first
      if isComplete && position > end * 8 { throw endsEarly }
      if damage > 0 { try count(damage, "invalid Huffman code") }
    }
  }

  /// Counts damage that is stepped over.
  func count(_ damage: Int, _ what: String) throws {
    warnings += damage
    guard warnings <= limits.maxWarnings else {
      throw ImagingError.tooManyWarnings(format: .jpeg, limit: limits.maxWarnings, last: what)
    }
  }

  private var endsEarly: ImagingError {
    bytes.marker == nil
      ? .truncated(format: .jpeg, atByte: input.bytesRead) : corrupt("a marker stands where picture data should be")
  }

  func corrupt(_ detail: String) -> ImagingError {
    .corrupt(format: .jpeg, detail: detail, atByte: input.bytesRead)
  }

  private func passRestartMarker() throws {
    guard try leaveSegment() == 0xD0 + nextRestart else { throw corrupt("a restart marker is missing") }
    nextRestart = (nextRestart + 1) % 8
    untilRestart = restartInterval
    position = 0
    try bytes.beginSegment()
  }

  /// Goes to the marker that ends the data of an MCU that is the last of its segment.
  private func leaveSegment() throws -> UInt8 {
    bytes.position = min((position + 7) / 8, bytes.end)
    if try bytes.skipToMarker() > 0 { try count(1, "bytes that belong to nothing") }
    guard let marker = bytes.marker else { throw endsEarly }
    return marker
  }

  /// The marker after a scan that has been read.
  func markerAfterScan() throws -> UInt8 { try leaveSegment() }

  /// The marker after a scan that has begun and is of no use.
  func markerAfterUnreadScan() throws -> UInt8 {
    while true {
      _ = try bytes.skipToMarker()
      guard let marker = bytes.marker else { throw endsEarly }
      if !(0xD0...0xD7).contains(marker) { return marker }
      try bytes.beginSegment()
    }
  }

  /// The marker after the segment of the one just met, whether that was read or means nothing here.
  func nextMarker() throws -> UInt8 {
    try bytes.beginSegment()
    return try markerAfterUnreadScan()
  }

  /// The bytes of the marker segment that follows the marker just met.
  func segment() throws -> [UInt8] {
    guard let bytes = try bytes.markerSegment() else { throw endsEarly }
    return bytes
  }
}
