/// Decodes the coefficients of one component's blocks that a reduced inverse DCT needs, and steps over the others.
///
/// Whoever makes it keeps the tables and the transform.
struct BlockReader {
  private let dcSymbols: UnsafePointer<UInt32>
  private let acSymbols: UnsafePointer<UInt32>
  private let acPairs: UnsafePointer<UInt64>
  private let acSkips: UnsafePointer<UInt16>
  private let dc: Unmanaged<HuffmanTable>
  private let ac: Unmanaged<HuffmanTable>
  private let places: UnsafePointer<Int32>
  private let lastKept: Int
  /// The last index that two symbols may be read from: however far the first leads, the second is of the same block.
  private let lastPaired: Int

  init(dc: HuffmanTable, ac: HuffmanTable, _ transform: ScaledInverseDCT) {
    self.dc = .passUnretained(dc)
    self.ac = .passUnretained(ac)
    dcSymbols = UnsafePointer(dc.symbols)
    acSymbols = UnsafePointer(ac.symbols)
    acPairs = UnsafePointer(ac.pairs)
    acSkips = UnsafePointer(ac.skips)
    places = UnsafePointer(transform.places)
    lastKept = transform.lastKept
    lastPaired = min(transform.lastKept, 63 - 16)
  }

  /// Reads a block.
  ///
  /// - Parameters:
  ///   - prediction: the component's DC prediction
  ///   - coefficients: zero; gets the kept coefficients, and in one slot more those that are not kept
  ///   - damage: counts invalid Huffman codes
  /// - Returns: whether there is any AC coefficient among the kept ones.
  @inline(__always)
  func read(
    _ reader: inout BitReader, _ prediction: inout Int32, _ coefficients: UnsafeMutablePointer<Int16>,
    _ damage: inout Int
  ) -> Bool {
    reader.refill()
    var entry = dcSymbols[reader.peek(HuffmanTable.bits)]
    if !HuffmanTable.isWhole(entry) { entry = slow(dc, reader, &damage) }
    reader.drop(Int(truncatingIfNeeded: entry & 0xFF))
    prediction &+= Int32(bitPattern: entry) &>> 16
    coefficients[0] = Int16(truncatingIfNeeded: prediction)
    var index = 1
    while index <= lastPaired {
      reader.refill()
      var pair = acPairs[reader.peek(HuffmanTable.bits)]
      if pair == 0 { pair = HuffmanTable.pair(slow(ac, reader, &damage), nil) }
      reader.drop(Int(truncatingIfNeeded: pair & 0xFF))
      let first = index &+ Int(truncatingIfNeeded: (pair &>> 8) & 0xFF)
      index &+= Int(truncatingIfNeeded: (pair &>> 16) & 0xFFFF)
      coefficients[Int(places[first &- 1])] = Int16(truncatingIfNeeded: pair &>> 32)
      coefficients[Int(places[index &- 1])] = Int16(truncatingIfNeeded: pair &>> 48)
    }
    while index <= lastKept {
      if reader.count < 32 { reader.refill() }
      entry = acSymbols[reader.peek(HuffmanTable.bits)]
      if !HuffmanTable.isWhole(entry) { entry = slow(ac, reader, &damage) }
      reader.drop(Int(truncatingIfNeeded: entry & 0xFF))
      index &+= Int(truncatingIfNeeded: (entry &>> 8) & 0xFF)
      coefficients[Int(places[index &- 1])] = Int16(truncatingIfNeeded: Int32(bitPattern: entry) &>> 16)
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
        if !HuffmanTable.isWhole(symbol) { symbol = slow(ac, reader, &damage) }
        reader.drop(Int(truncatingIfNeeded: symbol & 0xFF))
        index &+= Int(truncatingIfNeeded: (symbol &>> 8) & 0xFF)
        if index >= 64 { return }
      }
    }
  }

  /// A symbol whose code and value are longer than the table's index.
  ///
  /// An invalid code counts as damage and ends the block.
  @inline(never)
  private func slow(_ table: Unmanaged<HuffmanTable>, _ reader: BitReader, _ damage: inout Int) -> UInt32 {
    let bits = UInt32(truncatingIfNeeded: reader.bits &>> 32)
    if let entry = table._withUnsafeGuaranteedRef({ $0.entry(bits) }) { return entry }
    damage += 1
    return UInt32(HuffmanTable.endOfBlock) << 8 | 16
  }
}
