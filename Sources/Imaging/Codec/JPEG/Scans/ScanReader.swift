/// Walks through the entropy-coded data of a JPEG's scans: keeps the buffer filled, finds restart markers and ends, and
/// counts damage.
final class ScanReader {
  let log: DamageLog
  /// MCUs whose data were missing, in all scans that were read.
  private(set) var lostMCUs = 0
  private let input: ImageInput
  private let bytes: ScanBytes
  /// Bytes that one MCU takes at most.
  private let largestMCU: Int
  /// Bits of the buffer that have been used.
  private var position = 0
  private var restartInterval = 0
  /// MCUs to the next restart marker.
  private var untilRestart = 0
  private var nextRestart: UInt8 = 0
  /// Whether the data of what is left of the restart interval are missing.
  private var isDry = false

  /// - Parameters:
  ///   - offset: of the first scan's first entropy-coded byte
  ///   - largestMCU: bytes that one MCU takes at most
  init(_ input: ImageInput, _ log: DamageLog, from offset: Int, largestMCU: Int, restartInterval: Int) throws {
    self.input = input
    self.log = log
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
    isDry = false
    try bytes.beginSegment()
  }

  /// Has `decode` decode each MCU of `range` in turn; `restart` is called where predictions begin anew, and `lose` for
  /// MCUs whose data are missing, decoded or not.
  @inline(__always)
  func read(
    _ range: Range<Int>, restart: () -> Void, decode: (_ mcu: Int, inout BitReader, _ damage: inout Int) -> Void,
    lose: (Range<Int>) -> Void
  ) throws {
    var mcu = range.lowerBound
    while mcu < range.upperBound {
      if restartInterval > 0 && untilRestart == 0 {
        try passRestartMarker()
        restart()
      }
      if isDry {
        let last = restartInterval == 0 ? range.upperBound : min(range.upperBound, mcu + untilRestart)
        lose(mcu..<last)
        lostMCUs += last - mcu
        untilRestart -= last - mcu
        mcu = last
        continue
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
      if isComplete && position > end * 8 {
        try runDry()
        // The last one has read on into nothing.
        lose(mcu - 1..<mcu)
        lostMCUs += 1
      }
      if damage > 0 { try log.warn("invalid Huffman code", spots: damage) }
    }
  }

  /// The data end before the restart interval does.
  private func runDry() throws {
    guard log.rendersDamaged else { throw endsEarly }
    isDry = true
    position = bytes.end * 8
    try log.warn(endsEarly.damage)
  }

  private var endsEarly: ImagingError {
    bytes.marker == nil
      ? .truncated(format: .jpeg, atByte: input.bytesRead) : corrupt("a marker stands where picture data should be")
  }

  func corrupt(_ detail: String) -> ImagingError {
    .corrupt(format: .jpeg, detail: detail, atByte: input.bytesRead)
  }

  private func passRestartMarker() throws {
    let wanted = nextRestart
    nextRestart = (nextRestart + 1) % 8
    untilRestart = restartInterval
    while true {
      // Padding is not damage.
      _ = try leaveSegment()
      guard let marker = bytes.marker else { return try runDry() }
      if marker != 0xD0 + wanted {
        guard log.rendersDamaged else { throw corrupt("a restart marker is missing") }
        try log.warn("a restart marker is missing")
      }
      let resynchronisation = Resynchronisation(at: marker, wanted: wanted)
      isDry = resynchronisation == .wait
      if isDry { return }
      position = 0
      try bytes.beginSegment()
      if resynchronisation == .goOn { return }
    }
  }

  /// What to do at a marker where a restart marker belongs, as libjpeg does by default (jdmarker.c,
  /// jpeg_resync_to_restart).
  private enum Resynchronisation {
    /// Take what comes behind it for the next restart interval.
    case goOn
    /// Leave out what comes behind it, up to the next marker.
    case skip
    /// Take this restart interval for lost, and look at the marker again where the next one belongs.
    case wait

    init(at marker: UInt8, wanted: UInt8) {
      switch marker {
      case ..<0xC0: self = .skip
      case 0xD0...0xD7:
        switch (marker &- 0xD0 &- wanted) & 7 {
        case 1, 2: self = .wait
        case 6, 7: self = .skip
        default: self = .goOn
        }
      default: self = .wait
      }
    }
  }

  /// Goes to what ends the data of an MCU that is the last of its segment: a marker, or the end of the file.
  /// - Returns: how many bytes were left over.
  private func leaveSegment() throws -> Int {
    bytes.position = min((position + 7) / 8, bytes.end)
    return try bytes.skipToMarker()
  }

  /// The marker after a scan that has been read; nil at the end of the file.
  func markerAfterScan() throws -> UInt8? {
    if try leaveSegment() > 0 { try log.warn("bytes that belong to nothing") }
    return bytes.marker
  }

  /// The marker after a scan that has begun and is of no use; nil at the end of the file.
  func markerAfterUnreadScan() throws -> UInt8? {
    while true {
      _ = try bytes.skipToMarker()
      guard let marker = bytes.marker, (0xD0...0xD7).contains(marker) else { return bytes.marker }
      try bytes.beginSegment()
    }
  }

  /// The marker after the segment of the one just met, whether that was read or means nothing here; nil at the end of
  /// the file.
  func nextMarker() throws -> UInt8? {
    try bytes.beginSegment()
    return try markerAfterUnreadScan()
  }

  /// The bytes of the marker segment that follows the marker just met.
  func segment() throws -> [UInt8] {
    guard let bytes = try bytes.markerSegment() else { throw endsEarly }
    return bytes
  }
}
