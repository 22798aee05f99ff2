// Why: docs/decisions/0005-ycbcr-planes-and-an-own-jpeg-path.md

/// Decodes a JPEG of one Huffman-coded sequential scan at 1/8 to 7/8, as planes.
///
/// libjpeg decodes every coefficient, whatever the size. This reads only those that the size has a use for, and steps
/// over the others several at a time. Everything else that a JPEG can be is left to libjpeg (`LibjpegDecoder`).
final class SequentialDecoder: PictureDecoder {
  let planes: [PlaneLayout]
  private let scan: ScanReader
  private let components: [ScanComponent]
  private let blocks: [ScanBlock]
  private let mcusAcross: Int
  private let mcuCount: Int

  /// - Parameters:
  ///   - scale: eighths, 1…7
  ///   - scalesChromaAlike: whether subsampled chroma is reduced by `scale` too, or by half as much where it has half
  ///   the samples
  /// - Returns: nil if this is another kind of JPEG, or size; nothing has been read from `input` then.
  init?(
    _ input: ImageInput, _ metadata: SourceMetadata, _ log: DamageLog, scale: Int, scalesChromaAlike: Bool
  ) throws {
    guard Self.serves(metadata), let frame = metadata.frame, let header = frame.onlyScan,
      let layout = ScanLayout(frame, scale: scale, scalesChromaAlike: scalesChromaAlike),
      (1...7).contains(scale), let components = ScanComponent.all(frame, header, layout)
    else { return nil }
    self.components = components
    blocks = components.flatMap(\.blocks)
    planes = layout.planes
    mcusAcross = layout.mcusAcross
    mcuCount = layout.mcusAcross * ScanLayout.mcusDown(frame)
    // 64 symbols of 32 bits in each block.
    scan = try ScanReader(
      input, log, from: frame.scanOffset, largestMCU: layout.blocksPerMCU * 64 * 4 + 16,
      restartInterval: frame.restartInterval)
  }

  /// Whether a JPEG is of the kind that this decodes, if its tables are in order.
  static func serves(_ metadata: SourceMetadata) -> Bool {
    metadata.frame?.onlyScan != nil
      && (metadata.header.colourSpace == .gray || metadata.header.colourSpace == .ycbcr)
  }

  var decodedShare: Double { 1 - Double(scan.lostMCUs) / Double(mcuCount) }

  func decodeRows(into rings: [RowRing]) throws -> Bool {
    guard let first = rings.first, first.count < planes[0].height else { return false }
    for (component, ring) in zip(components, rings) { component.begin(ring) }
    try blocks.withUnsafeBufferPointer { blocks in
      try scan.read(0..<mcusAcross) {
        for component in components { component.restart() }
      } decode: { mcu, reader, damage in
        for block in blocks { block.decode(mcu, &reader, &damage) }
      } lose: { mcus in
        for mcu in mcus { for block in blocks { block.clear(mcu) } }
      }
    }
    for (plane, ring) in zip(planes, rings) {
      // The last band is filled up to whole MCUs.
      ring.append(rows: min(plane.rowsPerBand, plane.height - ring.count))
    }
    return true
  }

  func finish() throws {
    var marker = try scan.markerAfterScan()
    var hasWarned = false
    while marker != 0xD9 {
      guard let found = marker else { return try scan.log.warn("the file has no end marker") }
      // Tables, and what applications and people have to say.
      let isHarmless = [0xC4, 0xCC, 0xDB, 0xDD, 0xFE].contains(found) || (0xE0...0xEF).contains(found)
      if !isHarmless && !hasWarned { try scan.log.warn("a marker behind the last row that has no place there") }
      hasWarned = hasWarned || !isHarmless
      marker = try scan.nextMarker()
    }
  }
}
