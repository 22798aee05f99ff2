/// Decodes a JPEG of one Huffman-coded sequential scan at 1/8, 2/8 or 4/8, as planes.
///
/// libjpeg decodes every coefficient, whatever the size. This reads only those that the size has a use for, and steps
/// over the others several at a time. Everything else that a JPEG can be is left to libjpeg (`JPEGDecoder`).
final class SequentialDecoder: PictureDecoder {
  let planes: [PlaneLayout]
  let profile: [UInt8]
  private(set) var warnings = 0
  private let input: ImageInput
  private let limits: ImageLimits
  private let bytes: ScanBytes
  private let components: [ScanComponent]
  private let blocks: [ScanBlock]
  private let mcusAcross: Int
  private let restartInterval: Int
  /// Bytes that one MCU takes at most: 64 symbols of 32 bits in each block.
  private let largestMCU: Int
  /// Bits of the buffer that have been used.
  private var position = 0
  /// MCUs to the next restart marker.
  private var untilRestart: Int
  private var nextRestart: UInt8 = 0

  /// - Parameters:
  ///   - scale: eighths: 1, 2 or 4
  ///   - scalesChromaAlike: whether subsampled chroma is reduced by `scale` too, or by half as much
  /// - Returns: nil if this is another kind of JPEG, or size; nothing has been read from `input` then.
  init?(
    _ input: ImageInput, _ metadata: SourceMetadata, _ limits: ImageLimits, scale: Int, scalesChromaAlike: Bool
  ) throws {
    guard let frame = metadata.frame, frame.isOneSequentialScan,
      metadata.header.colourSpace == .gray || metadata.header.colourSpace == .ycbcr,
      let layout = ScanLayout(frame, scale: scale, scalesChromaAlike: scalesChromaAlike),
      layout.sizes.allSatisfy({ $0 <= 4 }), let components = ScanComponent.all(frame, layout)
    else { return nil }
    self.input = input
    self.limits = limits
    self.components = components
    blocks = components.flatMap(\.blocks)
    profile = metadata.profile
    planes = layout.planes
    mcusAcross = layout.mcusAcross
    restartInterval = frame.restartInterval
    untilRestart = frame.restartInterval
    largestMCU = layout.blocksPerMCU * 64 * 4 + 16
    bytes = try ScanBytes(input, from: frame.scanOffset, ahead: largestMCU)
    try bytes.refill()
  }

  func decodeBand(into rings: [RowRing]) throws -> Bool {
    guard let first = rings.first, first.count < planes[0].height else { return false }
    for (component, ring) in zip(components, rings) { component.begin(ring) }
    var mcu = 0
    while mcu < mcusAcross {
      if restartInterval == 0 {
        mcu = try decode(mcu..<mcusAcross)
      } else {
        if untilRestart == 0 { try restart() }
        let end = try decode(mcu..<min(mcusAcross, mcu + untilRestart))
        untilRestart -= end - mcu
        mcu = end
      }
    }
    for (plane, ring) in zip(planes, rings) {
      // The last band is filled up to whole MCUs.
      ring.append(rows: min(plane.rowsPerBand, plane.height - ring.count))
    }
    return true
  }

  /// Decodes MCUs, as far as the buffer is sure to reach.
  /// - Returns: the first one that is still to be decoded.
  private func decode(_ range: Range<Int>) throws -> Int {
    if !bytes.isComplete && bytes.end - position / 8 < largestMCU {
      bytes.position = position / 8
      try bytes.refill()
      position %= 8
    }
    let memory = UnsafePointer(bytes.memory)
    let isComplete = bytes.isComplete
    let end = bytes.end
    // The reader is up to 8 bytes ahead of what it has used.
    let safe = memory + (isComplete ? end : max(0, end - largestMCU))
    var reader = BitReader(memory, at: position)
    var damage = 0
    var mcu = range.lowerBound
    blocks.withUnsafeBufferPointer { blocks in
      while mcu < range.upperBound {
        for block in blocks { block.decode(mcu, &reader, &damage) }
        mcu &+= 1
        if reader.next > safe && (!isComplete || reader.position(from: memory) > end &* 8) { break }
      }
    }
    position = reader.position(from: memory)
    if isComplete && position > end * 8 { throw endsEarly }
    if damage > 0 { try count(damage, "a code that is none") }
    return mcu
  }

  private func count(_ damage: Int, _ what: String) throws {
    warnings += damage
    guard warnings <= limits.maxWarnings else {
      throw ImagingError.tooManyWarnings(format: .jpeg, limit: limits.maxWarnings, last: what)
    }
  }

  private var endsEarly: ImagingError {
    if bytes.marker == nil { return .truncated(format: .jpeg, atByte: input.bytesRead) }
    return .corrupt(
      format: .jpeg, detail: "a marker stands where picture data should be", atByte: input.bytesRead)
  }

  /// Goes to the marker that ends the segment.
  private func leaveSegment() throws {
    bytes.position = min((position + 7) / 8, bytes.end)
    if try bytes.skipToMarker() > 0 { try count(1, "bytes that belong to nothing") }
    guard bytes.marker != nil else { throw endsEarly }
  }

  private func restart() throws {
    try leaveSegment()
    guard bytes.marker == 0xD0 + nextRestart else {
      throw ImagingError.corrupt(format: .jpeg, detail: "a restart marker is missing", atByte: input.bytesRead)
    }
    nextRestart = (nextRestart + 1) % 8
    untilRestart = restartInterval
    position = 0
    for component in components { component.restart() }
    try bytes.beginSegment()
  }

  func finish() throws {
    try leaveSegment()
    // Whatever comes between the scan and the end of the image, there has to be an end.
    while bytes.marker != 0xD9 {
      try bytes.beginSegment()
      _ = try bytes.skipToMarker()
      guard bytes.marker != nil else { throw endsEarly }
    }
  }
}
