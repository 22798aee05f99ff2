/// Reads the blocks of a progressive AC scan (ITU-T T.81, G.1.2.2 and G.1.2.3), and stores the coefficients that a
/// reduced size uses.
///
/// Of the others it only notes that they are not zero, because how later scans are coded depends on that. Whoever makes
/// it keeps the table and the places.
struct ACScanReader {
  private let symbols: UnsafePointer<UInt32>
  private let table: Unmanaged<HuffmanTable>
  private let places: UnsafePointer<Int32>
  /// Coefficients stored per block.
  private let stored: Int
  /// Those up to the last that is stored, by zigzag index.
  private let reached: UInt64
  private let first: Int
  private let last: Int
  private let lowBit: Int32
  /// What stands for the bits below `lowBit` that no later scan is read for: about half of what they can be.
  private let middle: Int32
  /// The scan's spectral band, Ss to Se, by zigzag index.
  private let band: UInt64
  /// EOBRUN: blocks to come that the latest end-of-band run covers.
  private var run = 0

  init(_ scan: ScanHeader, _ table: HuffmanTable, _ component: ProgressiveComponent) {
    let transform = component.transform
    self.table = .passUnretained(table)
    symbols = UnsafePointer(table.symbols)
    places = UnsafePointer(transform.places)
    stored = transform.size * transform.size
    reached = ~0 >> UInt64(63 - transform.lastKept)
    first = scan.first
    last = scan.last
    lowBit = Int32(scan.lowBit)
    middle = scan.lowBit <= component.negligibleBits ? ((1 << Int32(scan.lowBit)) - 1) / 2 : 0
    band = ~0 << UInt64(scan.first) & ~0 >> UInt64(63 - scan.last)
  }

  mutating func restart() { run = 0 }

  /// Reads a block of the first scan of these coefficients.
  ///
  /// - Parameters:
  ///   - coefficients: the stored ones of the block, column by column
  ///   - history: which of the block's coefficients are not zero, by zigzag index
  @inline(__always)
  mutating func read(
    _ reader: inout BitReader, _ coefficients: UnsafeMutablePointer<Int16>, _ history: UnsafeMutablePointer<UInt64>,
    _ damage: inout Int
  ) {
    if run > 0 {
      run &-= 1
      return
    }
    var found = history.pointee
    var index = first
    while index <= last {
      let entry = symbol(&reader, &damage)
      let advance = Int(truncatingIfNeeded: (entry &>> 8) & 0xFF)
      if advance >= HuffmanTable.endOfBlock {
        run = length(&reader, advance) &- 1
        break
      }
      index &+= advance
      if index > last &+ 1 {
        damage &+= 1
        break
      }
      let value = Int32(bitPattern: entry) &>> 16
      // A run of 16 zeros has none.
      if value != 0 {
        store(value &<< lowBit &+ value.signum() &* middle, at: index &- 1, coefficients, &found)
      }
    }
    history.pointee = found
  }

  /// Reads a block of a scan that brings one more bit of these coefficients.
  @inline(__always)
  mutating func refine(
    _ reader: inout BitReader, _ coefficients: UnsafeMutablePointer<Int16>, _ history: UnsafeMutablePointer<UInt64>,
    _ damage: inout Int
  ) {
    let past = history.pointee
    var found = past
    var ahead = band
    while run == 0 && ahead != 0 {
      let entry = symbol(&reader, &damage)
      let advance = Int(truncatingIfNeeded: (entry &>> 8) & 0xFF)
      if advance >= HuffmanTable.endOfBlock {
        run = length(&reader, advance)
        break
      }
      // A run counts the coefficients that are still zero; those that are not get their bit in passing.
      var zeros = ahead & ~past
      for _ in 1..<advance { zeros &= zeros &- 1 }
      let target = zeros & (0 &- zeros)
      // All of them if there is no target.
      let passed = ahead & (target &- 1)
      correct(&reader, passed & past, coefficients)
      ahead &= ~(passed | target)
      let value = Int32(bitPattern: entry) &>> 16
      if value == 0 { continue }
      if target == 0 || value.magnitude != 1 { damage &+= 1 }
      if target != 0 { store(value.signum() &<< lowBit, at: target.trailingZeroBitCount, coefficients, &found) }
    }
    if run > 0 {
      correct(&reader, ahead & past, coefficients)
      run &-= 1
    }
    history.pointee = found
  }

  @inline(__always)
  private func store(
    _ value: Int32, at index: Int, _ coefficients: UnsafeMutablePointer<Int16>, _ found: inout UInt64
  ) {
    found |= 1 &<< UInt64(truncatingIfNeeded: index)
    let place = Int(places[index])
    if place < stored { coefficients[place] = Int16(truncatingIfNeeded: value) }
  }

  /// Reads a bit for each coefficient of `mask`, in the order of its index, and adds it to those that are stored.
  @inline(__always)
  private func correct(_ reader: inout BitReader, _ mask: UInt64, _ coefficients: UnsafeMutablePointer<Int16>) {
    if mask == 0 { return }
    // A refilled reader has 56 bits.
    correctHalf(&reader, mask & 0xFFFF_FFFF, coefficients)
    if mask &>> 32 != 0 { correctHalf(&reader, mask & ~0xFFFF_FFFF, coefficients) }
  }

  @inline(__always)
  private func correctHalf(_ reader: inout BitReader, _ mask: UInt64, _ coefficients: UnsafeMutablePointer<Int16>) {
    if reader.count < 32 { reader.refill() }
    var wanted = mask & reached
    var bits = Int64(bitPattern: reader.bits)
    var used = 0
    while wanted != 0 {
      let place = Int(places[wanted.trailingZeroBitCount])
      wanted &= wanted &- 1
      if place < stored {
        // Away from zero by the bit, without a branch on what is as good as chance.
        let coefficient = coefficients[place]
        let sign = coefficient &>> 15
        let step = Int16(truncatingIfNeeded: (bits &>> 63) & (1 &<< Int64(lowBit)))
        coefficients[place] = coefficient &+ ((step ^ sign) &- sign)
      }
      bits &<<= 1
      used &+= 1
    }
    // Counted only where there are any: without an instruction for it that takes a dozen.
    let rest = mask & ~reached
    if rest != 0 { used &+= rest.nonzeroBitCount }
    reader.drop(used)
  }

  /// The next code and the bits of its value, as an entry of the table.
  @inline(__always)
  private func symbol(_ reader: inout BitReader, _ damage: inout Int) -> UInt32 {
    if reader.count < 32 { reader.refill() }
    var entry = symbols[reader.peek(HuffmanTable.bits)]
    if !HuffmanTable.isWhole(entry) { entry = slow(reader, &damage) }
    reader.drop(Int(truncatingIfNeeded: entry & 0xFF))
    return entry
  }

  /// Blocks that end here.
  @inline(__always)
  private func length(_ reader: inout BitReader, _ advance: Int) -> Int {
    let extra = advance &- HuffmanTable.endOfBlock
    if extra == 0 { return 1 }
    if reader.count < 32 { reader.refill() }
    let length = 1 &<< extra &+ reader.peek(extra)
    reader.drop(extra)
    return length
  }

  /// A code and value that are longer than the table's index.
  ///
  /// An invalid code counts as damage and ends the block.
  @inline(never)
  private func slow(_ reader: BitReader, _ damage: inout Int) -> UInt32 {
    let bits = UInt32(truncatingIfNeeded: reader.bits &>> 32)
    if let entry = table._withUnsafeGuaranteedRef({ $0.entry(bits) }) { return entry }
    damage += 1
    return UInt32(HuffmanTable.endOfBlock) << 8 | 16
  }
}
