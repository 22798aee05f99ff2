// Why: docs/decisions/0005-ycbcr-planes-and-an-own-jpeg-path.md

/// Decodes a progressive JPEG at 1/8 to 7/8, as planes.
///
/// Of each block it holds only the coefficients that the size uses and, where those are more than the DC coefficient, a
/// bit for each of the others: from 2 bytes at 1/8 to 80 at 6/8, where a decoder of all coefficients holds 128. Scans
/// that say nothing of the ones that are used, or nothing that could be seen, are stepped over without being decoded:
/// at 1/8 and 2/8 that is most of the file. Where the end marker is missing behind such a scan, all of them are decoded
/// in a second look at the file, since only that tells whether the picture is whole. Everything else that a JPEG can be
/// is left to libjpeg (`LibjpegDecoder`).
final class ProgressiveDecoder: PictureDecoder {
  let planes: [PlaneLayout]
  private(set) var scan: ScanReader
  let mcusAcross: Int
  let mcusDown: Int
  private(set) var components: [ProgressiveComponent]
  /// Those that hold for the scan at hand.
  private(set) var tables: JPEGTables
  private let frame: JPEGFrame
  private let limits: ImageLimits
  /// Whether scans that are of no use here are decoded all the same, to see whether they are whole.
  private var readsAllScans = false
  /// Whether a scan's data are being read.
  private var isInScan = false
  /// What the latest scan says of itself.
  private var latestScan: ScanHeader?
  /// Whether the latest scan was decoded, so that it is known to be whole.
  private var isLastScanRead = false
  /// Whether there is an end marker behind the scans.
  private var endsProperly = true
  /// How much the damaged parts of scans would have added to `decodedShare`.
  private var lostShare = 0.0
  /// MCU rows handed out so far.
  private var nextRow = 0

  /// Nil if it is another kind of JPEG, or size; nothing has been read from `input` then.
  init?(
    _ input: ImageInput, _ metadata: SourceMetadata, _ limits: ImageLimits, _ log: DamageLog, scale: Int,
    scalesChromaAlike: Bool
  ) throws {
    guard let frame = metadata.frame,
      let layout = Self.layout(metadata, scale: scale, scalesChromaAlike: scalesChromaAlike)
    else { return nil }
    self.frame = frame
    self.limits = limits
    planes = layout.planes
    mcusAcross = layout.mcusAcross
    mcusDown = ScanLayout.mcusDown(frame)
    (scan, components) = try Self.begin(input, log, frame, layout, limits, readsAllScans: false)
    tables = JPEGTables(frame)
    try readWhatThereIs()
    // A second look is worth it only where the verdict, or the share, depends on it.
    let isUnsure = !endsProperly && !isLastScanRead && (log.rendersDamaged || components.allSatisfy(\.isWhole))
    if isUnsure, try input.restart() {
      log.restart()
      readsAllScans = true
      (isInScan, latestScan, isLastScanRead, endsProperly, lostShare) = (false, nil, false, true, 0)
      // Not two of them at once.
      components = []
      (scan, components) = try Self.begin(input, log, frame, layout, limits, readsAllScans: true)
      tables = JPEGTables(frame)
      try readWhatThereIs()
    }
    try judge()
  }

  private static func begin(
    _ input: ImageInput, _ log: DamageLog, _ frame: JPEGFrame, _ layout: ScanLayout, _ limits: ImageLimits,
    readsAllScans: Bool
  ) throws -> (ScanReader, [ProgressiveComponent]) {
    let down = ScanLayout.mcusDown(frame)
    let components = frame.components.indices.compactMap {
      ProgressiveComponent(frame, $0, layout, mcusDown: down, readsAllScans: readsAllScans)
    }
    guard components.count == layout.planes.count else {
      throw ImagingError.tooMuchMemory(needed: bytesHeld(frame, layout), limit: limits.maxMemory)
    }
    // A DC coefficient takes a symbol of at most 32 bits; of an AC scan, a block has at most 63, and the length of a
    // run.
    let scan = try ScanReader(
      input, log, from: frame.scanOffset, largestMCU: max(layout.blocksPerMCU, 64) * 4 + 16,
      restartInterval: frame.restartInterval)
    return (scan, components)
  }

  private func readWhatThereIs() throws {
    do {
      try readScans()
    } catch let error as ImagingError where error.isDamage && (scan.log.rendersDamaged || !isInScan) {
      // What scans there are by now may be all; whether they are is judged next.
      endsProperly = false
      try scan.log.warn(error.damage)
    }
  }

  /// Whether a JPEG is of the kind that this decodes.
  static func serves(_ metadata: SourceMetadata) -> Bool {
    metadata.frame?.marker == 0xC2
      && (metadata.header.colourSpace == .gray || metadata.header.colourSpace == .ycbcr)
  }

  /// Nil for what is not for this decoder.
  private static func layout(_ metadata: SourceMetadata, scale: Int, scalesChromaAlike: Bool) -> ScanLayout? {
    guard serves(metadata), let frame = metadata.frame, (1...7).contains(scale) else { return nil }
    return ScanLayout(frame, scale: scale, scalesChromaAlike: scalesChromaAlike)
  }

  /// Bytes that are held of all blocks; nil for a JPEG that is not for this decoder.
  static func bytesHeld(_ metadata: SourceMetadata, scale: Int, scalesChromaAlike: Bool) -> Int? {
    guard let frame = metadata.frame,
      let layout = layout(metadata, scale: scale, scalesChromaAlike: scalesChromaAlike)
    else { return nil }
    return bytesHeld(frame, layout)
  }

  private static func bytesHeld(_ frame: JPEGFrame, _ layout: ScanLayout) -> Int {
    let mcus = layout.mcusAcross * ScanLayout.mcusDown(frame)
    return layout.sizes.indices.reduce(0) { sum, index in
      let (horizontal, vertical) = layout.sampling[index]
      return sum + mcus * horizontal * vertical * ProgressiveComponent.bytesPerBlock(size: layout.sizes[index])
    }
  }

  /// Of all coefficients of the picture: a whole one for each that is known to its last bit, a half for one that is
  /// known by its upper bits.
  private(set) var decodedShare = 1.0

  private func readScans() throws {
    var header = frame.scanHeader
    var count = 1
    while true {
      guard count <= limits.maxScans else { throw ImagingError.tooManyScans(limit: limits.maxScans) }
      isLastScanRead = try readScan(header)
      var next = try isLastScanRead ? scan.markerAfterScan() : scan.markerAfterUnreadScan()
      isInScan = false
      while next != 0xDA {
        switch next {
        case nil:
          endsProperly = false
          return
        case 0xD9: return
        // Another picture: this one's scans have come.
        case 0xD8, .some(0xC0...0xC3), .some(0xC5...0xC7), .some(0xC9...0xCB), .some(0xCD...0xCF):
          return try scan.log.warn("a second picture in place of an end marker")
        case 0xC4, 0xDB, 0xDD: tables.read(next ?? 0, try scan.segment())
        // What stands in these may look like a marker.
        case .some(0xE0...0xEF), 0xFE: _ = try scan.segment()
        default: break
        }
        next = try scan.nextMarker()
      }
      header = try scan.segment()
      count += 1
      try scan.begin(restartInterval: tables.restartInterval)
    }
  }

  /// Decides whether the scans that have come make a whole picture.
  ///
  /// Those that are of no use here count too: the same file is whole, or not, at every size.
  private func judge() throws {
    let fault: String? =
      if !components.allSatisfy(\.hasDC) {
        "a component has no scan"
      } else if !components.allSatisfy(\.isWhole) {
        "the last scans are missing"
      } else if !endsProperly && !isLastScanRead {
        "no end marker behind a scan that is not needed at this size, and may not be whole"
      } else {
        nil
      }
    if let fault {
      guard scan.log.rendersDamaged else { throw scan.corrupt(fault) }
      try scan.log.warn(fault)
      // Counted as missing.
      if !endsProperly && !isLastScanRead, let latestScan { note(lost: 1, of: 1, latestScan) }
    } else if !endsProperly {
      try scan.log.warn("the file has no end marker")
    }
    let known = components.reduce(0.0) { sum, component in
      sum + component.lowBits.reduce(0) { $0 + ($1 == 0 ? 1 : $1 == nil ? 0 : 0.5) }
    }
    decodedShare = min(1, max(0, known / Double(64 * components.count) - lostShare))
    // Gray, like all that is missing.
    for component in components where !component.hasDC { component.begin([UInt16](repeating: 1, count: 64)) }
  }

  /// Notes that of `count` MCUs of a scan, `lost` are missing.
  func note(lost: Int, of count: Int, _ parts: ScanHeader) {
    let coefficients = parts.entries.count * (parts.last - parts.first + 1)
    let weight = parts.highBit == 0 && parts.lowBit == 0 ? 1 : 0.5
    lostShare += weight * Double(coefficients) / Double(64 * components.count) * Double(lost) / Double(max(1, count))
  }

  /// Reads a scan if it has to do with what is stored.
  /// - Returns: whether it was read.
  private func readScan(_ header: [UInt8]) throws -> Bool {
    guard let parts = ScanHeader(header, frame) else { throw scan.corrupt("a damaged scan header") }
    isInScan = true
    latestScan = parts
    let isAC = parts.first > 0
    guard parts.first <= parts.last, parts.last <= 63, isAC || parts.last == 0, !isAC || parts.entries.count == 1,
      parts.lowBit <= 13, parts.highBit == 0 || parts.highBit == parts.lowBit + 1
    else { throw scan.corrupt("a scan with impossible parameters Ss, Se, Ah, Al") }
    for entry in parts.entries { try note(parts, of: components[entry.component], entry.component) }
    if isAC {
      let component = components[parts.entries[0].component]
      if !component.uses(parts) { return false }
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
      try scan.log.warn("scans in the wrong order")
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
