/// Decodes the coefficients of one component's blocks that a reduced inverse DCT needs, and steps over the others.
/// Whoever makes it keeps the tables and the transform.
struct BlockReader {
  private let dcSymbols: UnsafePointer<UInt32>
  private let acSymbols: UnsafePointer<UInt32>
  private let acSkips: UnsafePointer<UInt16>
  private let dc: Unmanaged<HuffmanTable>
  private let ac: Unmanaged<HuffmanTable>
  private let places: UnsafePointer<Int32>
  private let lastKept: Int

  init(dc: HuffmanTable, ac: HuffmanTable, _ transform: ScaledInverseDCT) {
    self.dc = .passUnretained(dc)
    self.ac = .passUnretained(ac)
    dcSymbols = UnsafePointer(dc.symbols)
    acSymbols = UnsafePointer(ac.symbols)
    acSkips = UnsafePointer(ac.skips)
    places = UnsafePointer(transform.places)
    lastKept = transform.lastKept
  }

  /// Reads a block.
  ///
  /// - Parameters:
  ///   - prediction: the component's running lowest coefficient
  ///   - coefficients: zero; gets the kept coefficients times `factors`, and one slot more for those that are not kept
  ///   - damage: counts codes that are none
  /// - Returns: whether there is anything but the lowest coefficient among the kept ones.
  @inline(__always)
  func read(
    _ reader: inout BitReader, _ prediction: inout Int32, _ coefficients: UnsafeMutablePointer<Float>,
    _ factors: UnsafePointer<Float>, _ damage: inout Int
  ) -> Bool {
    reader.refill()
    var entry = dcSymbols[reader.peek(HuffmanTable.bits)]
    if entry == 0 { entry = slow(dc, reader, &damage) }
    reader.drop(Int(truncatingIfNeeded: entry & 0xFF))
    prediction &+= Int32(bitPattern: entry) &>> 16
    coefficients[0] = Float(prediction) * factors[0]
    var index = 1
    while index <= lastKept {
      if reader.count < 32 { reader.refill() }
      entry = acSymbols[reader.peek(HuffmanTable.bits)]
      if entry == 0 { entry = slow(ac, reader, &damage) }
      reader.drop(Int(truncatingIfNeeded: entry & 0xFF))
      index &+= Int(truncatingIfNeeded: (entry &>> 8) & 0xFF)
      let place = Int(places[index &- 1])
      coefficients[place] = Float(Int32(bitPattern: entry) &>> 16) * factors[place]
    }
    if index < 64 { skip(&reader, from: index, &damage) }
    return index != 1 &+ HuffmanTable.endOfBlock && lastKept > 0
  }

  /// Steps over the rest of a block.
  @inline(__always)
  private func skip(_ reader: inout BitReader, from start: Int, _ damage: inout Int) {
    var index = start
    while true {
      if reader.count < 32 { reader.refill() }
      let entry = acSkips[reader.peek(HuffmanTable.skipBits)]
      let advanced = index &+ Int(entry &>> 8)
      if entry != 0 && advanced < 64 {
        reader.drop(Int(entry & 0xFF))
        index = advanced
      } else if entry != 0 && advanced >= HuffmanTable.endOfBlock && advanced < HuffmanTable.endOfBlock &+ 64 {
        reader.drop(Int(entry & 0xFF))
        return
      } else {
        // Too long a code, or more symbols than the block has left.
        var symbol = acSymbols[reader.peek(HuffmanTable.bits)]
        if symbol == 0 { symbol = slow(ac, reader, &damage) }
        reader.drop(Int(truncatingIfNeeded: symbol & 0xFF))
        index &+= Int(truncatingIfNeeded: (symbol &>> 8) & 0xFF)
        if index >= 64 { return }
      }
    }
  }

  /// A symbol whose code and value are longer than the table's index. A code that is none counts as damage and ends
  /// the block.
  @inline(never)
  private func slow(_ table: Unmanaged<HuffmanTable>, _ reader: BitReader, _ damage: inout Int) -> UInt32 {
    let bits = UInt32(truncatingIfNeeded: reader.bits &>> 32)
    if let entry = table._withUnsafeGuaranteedRef({ $0.entry(bits) }) { return entry }
    damage += 1
    return UInt32(HuffmanTable.endOfBlock) << 8 | 16
  }
}
