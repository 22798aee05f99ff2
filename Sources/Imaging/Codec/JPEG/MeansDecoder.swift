/// Decodes a progressive JPEG at 1/8, as planes, from the scans of its lowest coefficients alone: a sample of that size
/// is the mean of its block. The scans of all others are stepped over without being decoded, and what is held is one
/// number per block, a sixty-fourth of what a decoder of all coefficients holds.
final class MeansDecoder: PictureDecoder {
  private struct Component {
    var horizontal: Int
    var vertical: Int
    /// Blocks of the component itself, and of the MCUs that cover it.
    var columns: Int
    var rows: Int
    var stride: Int
    var means: UnsafeMutablePointer<Int16>
    /// Quantiser over 8, from the first scan of the component; nil before that.
    var factor: Float?
    /// The lowest bit that is known.
    var lowBit = 0
  }

  private(set) var planes: [PlaneLayout] = []
  let profile: [UInt8]
  private let scan: ScanReader
  private let frame: JPEGFrame
  private let limits: ImageLimits
  private let mcusAcross: Int
  private let mcusDown: Int
  private var components: [Component] = []
  private var tables = JPEGTables()
  private static let rowsPerBand = 8

  /// Nil if it is another kind of JPEG, or needs more; nothing has been read from `input` then.
  init?(
    _ input: ImageInput, _ metadata: SourceMetadata, _ limits: ImageLimits, scale: Int, scalesChromaAlike: Bool
  ) throws {
    guard let frame = metadata.frame,
      let layout = Self.layout(metadata, scale: scale, scalesChromaAlike: scalesChromaAlike)
    else { return nil }
    self.frame = frame
    self.limits = limits
    profile = metadata.profile
    mcusAcross = layout.mcusAcross
    let mcuHeight = 8 * (frame.components.count == 1 ? 1 : frame.largestVertical)
    mcusDown = (frame.height + mcuHeight - 1) / mcuHeight
    planes = layout.planes
    // A block takes a symbol of at most 32 bits.
    scan = try ScanReader(
      input, limits, from: frame.scanOffset, largestMCU: layout.blocksPerMCU * 4 + 16,
      restartInterval: frame.restartInterval)
    for index in planes.indices {
      // Planes of other heights advance in proportion.
      planes[index].rowsPerBand = Self.rowsPerBand * planes[index].height / planes[0].height + 1
      let (horizontal, vertical) = layout.sampling[index]
      let blocks = mcusAcross * horizontal * mcusDown * vertical
      let means = UnsafeMutablePointer<Int16>.allocate(capacity: blocks)
      means.initialize(repeating: 0, count: blocks)
      components.append(
        Component(
          horizontal: horizontal, vertical: vertical, columns: planes[index].width, rows: planes[index].height,
          stride: mcusAcross * horizontal, means: means))
    }
    tables = JPEGTables(frame)
    try readScans()
  }

  /// Nil for what is not for this decoder.
  private static func layout(_ metadata: SourceMetadata, scale: Int, scalesChromaAlike: Bool) -> ScanLayout? {
    guard let frame = metadata.frame, frame.marker == 0xC2, scale == 1,
      metadata.header.colourSpace == .gray || metadata.header.colourSpace == .ycbcr,
      let layout = ScanLayout(frame, scale: 1, scalesChromaAlike: scalesChromaAlike),
      layout.sizes.allSatisfy({ $0 == 1 })
    else { return nil }
    return layout
  }

  /// Whether a JPEG is for this decoder.
  static func serves(_ metadata: SourceMetadata, scale: Int, scalesChromaAlike: Bool) -> Bool {
    layout(metadata, scale: scale, scalesChromaAlike: scalesChromaAlike) != nil
  }

  deinit { for component in components { component.means.deallocate() } }

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
          guard components.allSatisfy({ $0.factor != nil }) else { throw scan.corrupt("a component has no scan") }
          return
        case 0xC4, 0xDB, 0xDD: tables.read(marker, try scan.segment())
        default: break
        }
        marker = try scan.nextMarker()
      }
      header = try scan.segment()
      count += 1
      try scan.begin(restartInterval: tables.restartInterval)
    }
  }

  /// Reads a scan if it is of lowest coefficients.
  /// - Returns: whether it was.
  private func readScan(_ header: [UInt8]) throws -> Bool {
    let parts = try ScanHeader(header, frame) ?? { throw scan.corrupt("a damaged scan header") }()
    guard parts.first == 0 else { return false }
    guard parts.last == 0, parts.lowBit <= 13 else { throw scan.corrupt("a scan of impossible coefficients") }
    for entry in parts.entries {
      let isFirst = components[entry.component].factor == nil
      guard isFirst == (parts.highBit == 0), isFirst || components[entry.component].lowBit == parts.highBit else {
        throw scan.corrupt("scans in the wrong order")
      }
      if isFirst {
        guard let quantiser = tables.quantisers[frame.components[entry.component].quantiser]?.first else {
          throw scan.corrupt("a quantisation table is missing")
        }
        components[entry.component].factor = Float(quantiser) / 8
      }
      components[entry.component].lowBit = parts.lowBit
    }
    let tables = try parts.entries.map { entry in try parts.highBit == 0 ? table(entry.dcTable) : nil }
    try parts.entries.count == 1 ? readBlocks(parts, tables[0]) : readMCUs(parts, tables)
    return true
  }

  private func table(_ index: Int) throws -> HuffmanTable {
    guard let entry = tables.dcTables[index],
      let table = HuffmanTable(counts: entry.counts, values: entry.values, isDC: true)
    else { throw scan.corrupt("a Huffman table is missing or damaged") }
    return table
  }

  /// A scan of one component: its own blocks, row by row.
  private func readBlocks(_ parts: ScanHeader, _ table: HuffmanTable?) throws {
    let component = components[parts.entries[0].component]
    var prediction: Int32 = 0
    try scan.read(0..<component.columns * component.rows) {
      prediction = 0
    } decode: { block, reader, damage in
      let at = component.means + (block / component.columns * component.stride + block % component.columns)
      Self.read(&reader, table, &prediction, at, lowBit: parts.lowBit, &damage)
    }
  }

  /// A scan of several: MCU by MCU.
  private func readMCUs(_ parts: ScanHeader, _ tables: [HuffmanTable?]) throws {
    var predictions = [Int32](repeating: 0, count: parts.entries.count)
    try scan.read(0..<mcusAcross * mcusDown) {
      for index in predictions.indices { predictions[index] = 0 }
    } decode: { mcu, reader, damage in
      let (row, column) = (mcu / mcusAcross, mcu % mcusAcross)
      for (index, entry) in parts.entries.enumerated() {
        let component = components[entry.component]
        for line in 0..<component.vertical {
          let start = (row * component.vertical + line) * component.stride + column * component.horizontal
          for block in 0..<component.horizontal {
            Self.read(
              &reader, tables[index], &predictions[index], component.means + (start + block), lowBit: parts.lowBit,
              &damage)
          }
        }
      }
    }
  }

  /// Reads a block's lowest coefficient, or with no table, a further bit of it (T.81, G.1.2.1).
  @inline(__always)
  private static func read(
    _ reader: inout BitReader, _ table: HuffmanTable?, _ prediction: inout Int32, _ mean: UnsafeMutablePointer<Int16>,
    lowBit: Int, _ damage: inout Int
  ) {
    reader.refill()
    guard let table else {
      mean.pointee |= Int16(truncatingIfNeeded: reader.peek(1) &<< lowBit)
      reader.drop(1)
      return
    }
    var entry = table.symbols[reader.peek(HuffmanTable.bits)]
    if entry == 0 {
      entry = table.entry(UInt32(truncatingIfNeeded: reader.bits &>> 32)) ?? 16
      if entry == 16 { damage += 1 }
    }
    reader.drop(Int(truncatingIfNeeded: entry & 0xFF))
    prediction &+= Int32(bitPattern: entry) &>> 16
    mean.pointee = Int16(truncatingIfNeeded: prediction &<< Int32(lowBit))
  }

  func decodeBand(into rings: [RowRing]) throws -> Bool {
    guard let first = rings.first, first.count < planes[0].height else { return false }
    let end = min(planes[0].height, first.count + Self.rowsPerBand)
    for (index, component) in components.enumerated() {
      let height = planes[index].height
      let target = (end * height + planes[0].height - 1) / planes[0].height
      while rings[index].count < target {
        let row = rings[index].count
        let bytes = rings[index].row(row).assumingMemoryBound(to: UInt8.self)
        let means = component.means + row * component.stride
        let factor = component.factor ?? 0
        for x in 0..<component.columns { bytes[x] = ScaledInverseDCT.mean(Float(means[x]) * factor) }
        rings[index].append(rows: 1)
      }
    }
    return true
  }

  /// The end of the image has been seen before the first row.
  func finish() {}
}
