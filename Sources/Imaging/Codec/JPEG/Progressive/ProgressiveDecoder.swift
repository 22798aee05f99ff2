// Why: docs/decisions/0005-ycbcr-planes-and-an-own-jpeg-path.md

/// Decodes a progressive JPEG at 1/8, 2/8 or 4/8, as planes.
///
/// Of each block it holds only the coefficients that the size uses and, where those are more than the DC coefficient, a
/// bit for each of the others: 2, 16 or 40 bytes where a decoder of all coefficients holds 128. Scans that say nothing
/// of the ones that are used are stepped over without being decoded, which at 1/8 is most of the file. Everything else
/// that a JPEG can be is left to libjpeg (`LibjpegDecoder`).
final class ProgressiveDecoder: PictureDecoder {
  let planes: [PlaneLayout]
  let scan: ScanReader
  let mcusAcross: Int
  let mcusDown: Int
  let components: [ProgressiveComponent]
  /// Those that hold for the scan at hand.
  private(set) var tables: JPEGTables
  private let frame: JPEGFrame
  private let limits: ImageLimits
  /// MCU rows handed out so far.
  private var nextRow = 0

  /// Nil if it is another kind of JPEG, or size; nothing has been read from `input` then.
  init?(
    _ input: ImageInput, _ metadata: SourceMetadata, _ limits: ImageLimits, scale: Int, scalesChromaAlike: Bool
  ) throws {
    guard let frame = metadata.frame,
      let layout = Self.layout(metadata, scale: scale, scalesChromaAlike: scalesChromaAlike)
    else { return nil }
    self.frame = frame
    self.limits = limits
    planes = layout.planes
    mcusAcross = layout.mcusAcross
    let down = Self.mcusDown(frame)
    mcusDown = down
    components = frame.components.indices.compactMap { ProgressiveComponent(frame, $0, layout, mcusDown: down) }
    guard components.count == planes.count else {
      let needed = Self.bytesHeld(metadata, scale: scale, scalesChromaAlike: scalesChromaAlike) ?? 0
      throw ImagingError.tooMuchMemory(needed: needed, limit: limits.maxMemory)
    }
    // A DC coefficient takes a symbol of at most 32 bits; of an AC scan, a block has at most 63, and the length of a
    // run.
    scan = try ScanReader(
      input, limits, from: frame.scanOffset, largestMCU: max(layout.blocksPerMCU, 64) * 4 + 16,
      restartInterval: frame.restartInterval)
    tables = JPEGTables(frame)
    try readScans()
  }

  /// Nil for what is not for this decoder.
  private static func layout(_ metadata: SourceMetadata, scale: Int, scalesChromaAlike: Bool) -> ScanLayout? {
    guard let frame = metadata.frame, frame.marker == 0xC2, [1, 2, 4].contains(scale),
      metadata.header.colourSpace == .gray || metadata.header.colourSpace == .ycbcr
    else { return nil }
    return ScanLayout(frame, scale: scale, scalesChromaAlike: scalesChromaAlike)
  }

  private static func mcusDown(_ frame: JPEGFrame) -> Int {
    let height = 8 * (frame.components.count == 1 ? 1 : frame.largestVertical)
    return (frame.height + height - 1) / height
  }

  /// Bytes that are held of all blocks; nil for a JPEG that is not for this decoder.
  static func bytesHeld(_ metadata: SourceMetadata, scale: Int, scalesChromaAlike: Bool) -> Int? {
    guard let frame = metadata.frame,
      let layout = layout(metadata, scale: scale, scalesChromaAlike: scalesChromaAlike)
    else { return nil }
    let mcus = layout.mcusAcross * mcusDown(frame)
    return layout.sizes.indices.reduce(0) { sum, index in
      let (horizontal, vertical) = layout.sampling[index]
      return sum + mcus * horizontal * vertical * ProgressiveComponent.bytesPerBlock(size: layout.sizes[index])
    }
  }

  var warnings: Int { scan.warnings }

  private func readScans() throws {
    var header = frame.scanHeader
    var count = 1
    while true {
      guard count <= limits.maxScans else { throw ImagingError.tooManyScans(limit: limits.maxScans) }
      var marker = try readScan(header) ? scan.markerAfterScan() : scan.markerAfterUnreadScan()
      while marker != 0xDA {
        switch marker {
        case 0xD9:
          guard components.allSatisfy(\.hasDC) else { throw scan.corrupt("a component has no scan") }
          // Those that are of no use here too: the same file is whole, or not, at every size.
          guard components.allSatisfy(\.isWhole) else { throw scan.corrupt("the last scans are missing") }
          return
        case 0xC4, 0xDB, 0xDD: tables.read(marker, try scan.segment())
        // What stands in these may look like a marker.
        case 0xE0...0xEF, 0xFE: _ = try scan.segment()
        default: break
        }
        marker = try scan.nextMarker()
      }
      header = try scan.segment()
      count += 1
      try scan.begin(restartInterval: tables.restartInterval)
    }
  }

  /// Reads a scan if it has to do with what is stored.
  /// - Returns: whether it was read.
  private func readScan(_ header: [UInt8]) throws -> Bool {
    guard let parts = ScanHeader(header, frame) else { throw scan.corrupt("a damaged scan header") }
    let isAC = parts.first > 0
    guard parts.first <= parts.last, parts.last <= 63, isAC || parts.last == 0, !isAC || parts.entries.count == 1,
      parts.lowBit <= 13, parts.highBit == 0 || parts.highBit == parts.lowBit + 1
    else { throw scan.corrupt("a scan with impossible parameters Ss, Se, Ah, Al") }
    for entry in parts.entries { try note(parts, of: components[entry.component], entry.component) }
    if isAC {
      let component = components[parts.entries[0].component]
      // DC alone needs nothing else. And what lies above all that is stored need not be known once it is whole.
      let isUnused = component.history == nil || parts.first > component.transform.lastKept && parts.lowBit == 0
      if isUnused { return false }
      try readACScan(parts, of: component)
    } else {
      let tables = try parts.entries.map { entry in
        try parts.highBit == 0 ? table(self.tables.dcTables[entry.dcTable], isAC: false) : nil
      }
      try parts.entries.count == 1 ? readDCScan(parts, tables[0]) : readInterleavedDCScan(parts, tables)
    }
    return true
  }

  /// Keeps track of the bits that are known of a component's coefficients.
  private func note(_ parts: ScanHeader, of component: ProgressiveComponent, _ index: Int) throws {
    let known = component.lowBits[parts.first...parts.last]
    let isInOrder = known.allSatisfy { parts.highBit == 0 ? $0 == nil : $0 == parts.highBit }
    if parts.first == 0 {
      guard isInOrder else { throw scan.corrupt("scans in the wrong order") }
      if parts.highBit == 0 {
        guard let quantisers = tables.quantisers[frame.components[index].quantiser], quantisers.count == 64 else {
          throw scan.corrupt("a quantisation table is missing")
        }
        component.begin(quantisers)
      }
    } else if !isInOrder {
      try scan.count(1, "scans in the wrong order")
    }
    for coefficient in parts.first...parts.last { component.lowBits[coefficient] = parts.lowBit }
  }

  func decodeRows(into rings: [RowRing]) throws -> Bool {
    guard let first = rings.first, first.count < planes[0].height else { return false }
    for (index, component) in components.enumerated() {
      let (ring, plane) = (rings[index], planes[index])
      for line in 0..<component.vertical {
        component.write(
          blockRow: nextRow * component.vertical + line, to: ring, from: ring.count + line * component.transform.size)
      }
      // The last band is filled up to whole MCUs.
      ring.append(rows: min(plane.rowsPerBand, plane.height - ring.count))
    }
    nextRow += 1
    return true
  }

  /// The end of the image has been seen before the first row.
  func finish() {}
}
