/// How the scans of a progressive JPEG are read into the coefficients that are held.
extension ProgressiveDecoder {
  func table(
    _ entry: (counts: [UInt8], values: [UInt8])?, isAC: Bool, refines: Bool = false
  ) throws -> HuffmanTable {
    guard let entry,
      let table = HuffmanTable(
        counts: entry.counts, values: entry.values, isDC: !isAC, hasEndOfBandRuns: isAC, refines: refines)
    else { throw scan.corrupt("a Huffman table is missing or damaged") }
    return table
  }

  /// Reads an AC scan, which has one component: its own blocks, row by row.
  ///
  /// It writes to `columns` × `rows` blocks, `stride` apart from row to row, all of which the component has room for.
  func readACScan(_ parts: ScanHeader, of component: ProgressiveComponent) throws {
    guard let history = component.history else { return }
    let refines = parts.highBit > 0
    let table = try table(tables.acTables[parts.entries[0].acTable], isAC: true, refines: refines)
    var band = ACScanReader(parts, table, component)
    let (columns, padding, stored) = (component.columns, component.stride - component.columns, component.stored)
    let lost = scan.lostMCUs
    var (block, column) = (0, 0)
    let coefficients = component.coefficients
    try scan.read(0..<columns * component.rows) {
      band.restart()
    } decode: { _, reader, damage in
      if column == columns {
        column = 0
        block &+= padding
      }
      if refines {
        band.refine(&reader, coefficients + block &* stored, history + block, &damage)
      } else {
        band.read(&reader, coefficients + block &* stored, history + block, &damage)
      }
      block &+= 1
      column &+= 1
    } lose: { mcus in
      // What earlier scans have brought stays.
      let passed = mcus.upperBound
      (block, column) = (passed / columns &* component.stride &+ passed % columns, passed % columns)
      if passed % columns == 0 && passed > 0 { (block, column) = (block &- padding, columns) }
    }
    note(lost: scan.lostMCUs - lost, of: columns * component.rows, parts)
    withExtendedLifetime(table) {}
  }

  /// Reads a DC scan of one component: its own blocks, row by row.
  func readDCScan(_ parts: ScanHeader, _ table: HuffmanTable?) throws {
    let component = components[parts.entries[0].component]
    let (columns, stride, stored) = (component.columns, component.stride, component.stored)
    let (coefficients, lowBit) = (component.coefficients, parts.lowBit)
    let lost = scan.lostMCUs
    var prediction: Int32 = 0
    try scan.read(0..<columns * component.rows) {
      prediction = 0
    } decode: { block, reader, damage in
      let at = block / columns &* stride &+ block % columns
      Self.read(&reader, table, &prediction, coefficients + at &* stored, lowBit: lowBit, &damage)
    } lose: { _ in
    }
    note(lost: scan.lostMCUs - lost, of: columns * component.rows, parts)
  }

  /// Where a block of an MCU has its DC coefficient, without references that the inner loop would count.
  private struct DCTarget {
    var coefficients: UnsafeMutablePointer<Int16>
    /// From one MCU to the next, and from one row of them to the next, in coefficients.
    var across: Int
    var down: Int
    var table: Unmanaged<HuffmanTable>?
    var component: Int
  }

  /// Reads an interleaved DC scan of several components: MCU by MCU.
  ///
  /// `row * down + column * across` stays inside a component's blocks, which are those of `mcusAcross` × `mcusDown`
  /// MCUs; `predictions` has room for the four components that a scan has at most.
  func readInterleavedDCScan(_ parts: ScanHeader, _ tables: [HuffmanTable?]) throws {
    var places: [DCTarget] = []
    for (index, entry) in parts.entries.enumerated() {
      let component = components[entry.component]
      for line in 0..<component.vertical {
        for column in 0..<component.horizontal {
          places.append(
            DCTarget(
              coefficients: component.coefficients + (line * component.stride + column) * component.stored,
              across: component.horizontal * component.stored,
              down: component.vertical * component.stride * component.stored,
              table: tables[index].map { .passUnretained($0) }, component: index))
        }
      }
    }
    let (mcusAcross, lowBit) = (mcusAcross, parts.lowBit)
    let lost = scan.lostMCUs
    try withUnsafeTemporaryAllocation(of: Int32.self, capacity: 4) { predictions in
      predictions.initialize(repeating: 0)
      try places.withUnsafeBufferPointer { places in
        try scan.read(0..<mcusAcross * mcusDown) {
          predictions.update(repeating: 0)
        } decode: { mcu, reader, damage in
          let (row, column) = (mcu / mcusAcross, mcu % mcusAcross)
          for place in places {
            let dc = place.coefficients + (row &* place.down &+ column &* place.across)
            if let table = place.table {
              table._withUnsafeGuaranteedRef {
                Self.read(&reader, $0, &predictions[place.component], dc, lowBit: lowBit, &damage)
              }
            } else {
              Self.read(&reader, nil, &predictions[place.component], dc, lowBit: lowBit, &damage)
            }
          }
        } lose: { _ in
        }
      }
    }
    note(lost: scan.lostMCUs - lost, of: mcusAcross * mcusDown, parts)
    withExtendedLifetime(tables) {}
  }

  /// Reads a block's DC coefficient or, without a table, one more bit of it (T.81, G.1.2.1).
  @inline(__always)
  private static func read(
    _ reader: inout BitReader, _ table: HuffmanTable?, _ prediction: inout Int32, _ dc: UnsafeMutablePointer<Int16>,
    lowBit: Int, _ damage: inout Int
  ) {
    reader.refill()
    guard let table else {
      dc.pointee |= Int16(truncatingIfNeeded: reader.peek(1) &<< lowBit)
      reader.drop(1)
      return
    }
    var entry = table.symbols[reader.peek(HuffmanTable.bits)]
    if !HuffmanTable.isWhole(entry) {
      entry = table.entry(UInt32(truncatingIfNeeded: reader.bits &>> 32)) ?? 16
      if entry == 16 { damage += 1 }
    }
    reader.drop(Int(truncatingIfNeeded: entry & 0xFF))
    prediction &+= Int32(bitPattern: entry) &>> 16
    dc.pointee = Int16(truncatingIfNeeded: prediction &<< Int32(lowBit))
  }
}
