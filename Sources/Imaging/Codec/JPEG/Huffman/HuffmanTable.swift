/// A Huffman table of a JPEG (ITU-T T.81, annex C and F.2.2.3), as look-up tables on the next bits of the scan.
///
/// Three tables share the work. The first gives one symbol: how many bits it and its value take, how many coefficients
/// it stands for, and the value. The second gives two of them, since what a decoder waits for is one look-up after the
/// other. The third is for coefficients that a reduced decode has no use for: as many whole symbols as fit into its
/// bits at once.
final class HuffmanTable {
  /// Bits that the tables are indexed by.
  static let bits = 12
  static let skipBits = 13
  /// The advance of an end of block; anything of 128 and over ends a block.
  ///
  /// In a band, what is over 128 is the number of bits that follow and say how many blocks end (T.81, G.1.2.2).
  static let endOfBlock = 128
  /// The entry of a code that `bits` do not show to its end.
  static let tooLong: UInt32 = 1 << 31

  /// By the next `bits`: length in bits 0…7, advance in 8…15, value (signed) in 16…31.
  ///
  /// Where the code fits and its value does not, the value is the least that there is plus its size (`isWhole`); a
  /// longer code is `tooLong`.
  let symbols: UnsafeMutablePointer<UInt32>
  /// By the next `bits` of an AC scan: a symbol and, where it fits, the one after it.
  ///
  /// Length of both in bits 0…7, advance of the first in 8…15 and of both in 16…31, value of the first in 32…47 and of
  /// the second in 48…63. A symbol that stands alone comes as the first and, with no further advance, again as the
  /// second; 0 for a longer code.
  let pairs: UnsafeMutablePointer<UInt64>
  /// By the next `skipBits`: length in bits 0…7, advance of all symbols in 8…15, more by `endOfBlock` if the last is
  /// one; 0 where not one code fits.
  ///
  /// The value of the last may be longer than what the index shows of it.
  let skips: UnsafeMutablePointer<UInt16>
  /// For each length, the first 16 bits that are too large to begin with a code so short; the 17th is beyond all.
  private let limits: UnsafeMutablePointer<Int32>
  /// For each length, what leads from a code to its place in `values`.
  private let offsets: UnsafeMutablePointer<Int32>
  private let values: UnsafeMutablePointer<UInt8>
  /// By the next 8 bits: the length of their code; 9 if it is longer than they are.
  private let lengths: UnsafeMutablePointer<UInt8>
  private let isDC: Bool
  private let hasEndOfBandRuns: Bool
  private let refines: Bool

  /// - Parameters:
  ///   - counts: how many codes there are of each length, 1…16
  ///   - values: what they stand for: in a DC table the size of the difference, in an AC table run and size
  ///   - hasEndOfBandRuns: whether it is for a progressive scan of higher coefficients
  ///   - refines: whether that scan brings one more bit of them: a coefficient's size is 1 then, whatever the symbol
  ///   says, as libjpeg takes it; of another size, values are ±2 in place of ±1
  /// - Returns: nil if the counts make no prefix code, or an impossible size is named.
  init?(counts: [UInt8], values: [UInt8], isDC: Bool, hasEndOfBandRuns: Bool = false, refines: Bool = false) {
    guard counts.count == 16, values.count == counts.reduce(0, { $0 + Int($1) }), values.count <= 256 else {
      return nil
    }
    // A difference has at most 15 bits (11 in 8-bit pictures); a coefficient's size is 4 bits by its form.
    if isDC && values.contains(where: { $0 > 15 }) { return nil }
    var code = 0
    for length in 1...16 {
      code += Int(counts[length - 1])
      guard code <= 1 << length else { return nil }
      code <<= 1
    }
    self.isDC = isDC
    self.hasEndOfBandRuns = hasEndOfBandRuns
    self.refines = refines
    symbols = .allocate(capacity: 1 << Self.bits)
    symbols.initialize(repeating: Self.tooLong, count: 1 << Self.bits)
    let isOfBlocks = !isDC && !hasEndOfBandRuns
    pairs = .allocate(capacity: isOfBlocks ? 1 << Self.bits : 0)
    pairs.initialize(repeating: 0, count: isOfBlocks ? 1 << Self.bits : 0)
    skips = .allocate(capacity: isOfBlocks ? 1 << Self.skipBits : 0)
    skips.initialize(repeating: 0, count: isOfBlocks ? 1 << Self.skipBits : 0)
    limits = .allocate(capacity: 18)
    limits.initialize(repeating: .max, count: 18)
    offsets = .allocate(capacity: 18)
    offsets.initialize(repeating: 0, count: 18)
    self.values = .allocate(capacity: 256)
    self.values.initialize(repeating: 0, count: 256)
    self.values.update(from: values, count: values.count)
    lengths = .allocate(capacity: 256)
    lengths.initialize(repeating: 9, count: 256)
    enterCodes(counts)
    if isOfBlocks {
      fillPairs()
      fillSkips()
    }
  }

  deinit {
    symbols.deallocate()
    pairs.deallocate()
    skips.deallocate()
    limits.deallocate()
    offsets.deallocate()
    values.deallocate()
    lengths.deallocate()
  }

  private func enterCodes(_ counts: [UInt8]) {
    limits[0] = 0
    var code = 0
    var next = 0
    for length in 1...16 {
      offsets[length] = Int32(next - code)
      for _ in 0..<counts[length - 1] {
        enter(values[next], code: code, length: length)
        code += 1
        next += 1
      }
      limits[length] = Int32(code << (16 - length))
      code <<= 1
    }
    for length in (1...8).reversed() {
      for start in 0..<Int(limits[length] >> 8) { lengths[start] = UInt8(length) }
    }
  }

  /// Coefficients that an AC symbol stands for.
  private func advance(_ value: UInt8) -> Int {
    if isDC { return 1 }
    // Sizes of 0 end the block, except for the run of 16 zeros.
    guard value & 15 == 0 && value != 0xF0 else { return Int(value >> 4) + 1 }
    return Self.endOfBlock + (hasEndOfBandRuns ? Int(value >> 4) : 0)
  }

  private func size(_ value: UInt8) -> Int {
    if isDC { return Int(value) }
    return refines ? min(1, Int(value & 15)) : Int(value & 15)
  }

  private func isWrongRefinement(_ value: UInt8) -> Bool { refines && value & 15 > 1 }

  private func enter(_ value: UInt8, code: Int, length: Int) {
    let size = size(value)
    let total = length + size
    guard length <= Self.bits, code < 1 << length else { return }
    let advance = advance(value)
    if total > Self.bits {
      let entry = UInt32(total) | UInt32(advance) << 8 | UInt32(size) << 16 | Self.tooLong
      let first = code << (Self.bits - length)
      for index in first..<first + 1 << (Self.bits - length) { symbols[index] = entry }
      return
    }
    for extra in 0..<1 << size {
      let number = Self.extend(extra, size) * (isWrongRefinement(value) ? 2 : 1)
      let entry = UInt32(total) | UInt32(advance) << 8 | UInt32(UInt16(bitPattern: number)) << 16
      let first = (code << size | extra) << (Self.bits - total)
      for index in first..<first + 1 << (Self.bits - total) { symbols[index] = entry }
    }
  }

  /// Whether an entry of `symbols` has its value: one that fits has at most 11 bits.
  @inline(__always)
  static func isWhole(_ entry: UInt32) -> Bool { Int32(bitPattern: entry) >= -(1 << 28) }

  /// The signed value that `size` bits stand for (T.81, table F.1 and figure F.12).
  static func extend(_ bits: Int, _ size: Int) -> Int16 {
    if size == 0 { return 0 }
    return Int16(truncatingIfNeeded: bits < 1 &<< (size &- 1) ? bits &- (1 &<< size) &+ 1 : bits)
  }

  private func fillPairs() {
    let mask = 1 << Self.bits - 1
    for index in 0...mask where Self.isWhole(symbols[index]) {
      let first = symbols[index]
      let length = first & 0xFF
      let second = symbols[index << length & mask]
      let fits = Self.isWhole(second) && length + (second & 0xFF) <= Self.bits && (first >> 8) & 0xFF < Self.endOfBlock
      pairs[index] = Self.pair(first, fits ? second : nil)
    }
  }

  /// The entry of `pairs` for two entries of `symbols`, or for one alone.
  static func pair(_ first: UInt32, _ second: UInt32?) -> UInt64 {
    let advance = UInt64((first >> 8) & 0xFF)
    let length = UInt64(first & 0xFF)
    let value = UInt64(first >> 16)
    guard let second else { return length | advance << 8 | advance << 16 | value << 32 | value << 48 }
    return length + UInt64(second & 0xFF) | advance << 8 | (advance + UInt64((second >> 8) & 0xFF)) << 16 | value << 32
      | UInt64(second >> 16) << 48
  }

  private func fillSkips() {
    let mask = 1 << Self.skipBits - 1
    for index in 0...mask {
      var used = 0
      var total = 0
      while total < Self.endOfBlock {
        let (value, length) = lookUp((index << used & mask) << (16 - Self.skipBits))
        let step = advance(value)
        // 63 coefficients are all there are.
        guard used + length <= Self.skipBits, step == Self.endOfBlock || total + step <= 63 else { break }
        used += length + Int(value & 15)
        total += step
        if used >= Self.skipBits { break }
      }
      skips[index] = UInt16(used | total << 8)
    }
  }

  /// The symbol that 16 bits begin with, and its length; a length of 17 if they begin with none.
  @inline(__always)
  private func lookUp(_ bits: Int) -> (value: UInt8, length: Int) {
    var length = Int(lengths[bits &>> 8])
    while bits >= limits[length] { length &+= 1 }
    if length > 16 { return (0, 17) }
    return (values[(bits &>> (16 &- length) &+ Int(offsets[length])) & 0xFF], length)
  }

  /// The next symbol whole, as in `symbols`, whatever its length; nil if there is none.
  /// - Parameter bits: the next 32
  func entry(_ bits: UInt32) -> UInt32? {
    let known = symbols[Int(bits &>> UInt32(32 - Self.bits))]
    if Self.isWhole(known) { return known }
    if known != Self.tooLong && !refines {
      let size = Int((known &>> 16) & 15)
      let total = Int(known & 0xFF)
      return known & 0xFFFF | Self.value(bits, from: total &- size, size)
    }
    let (value, length) = lookUp(Int(bits &>> 16))
    guard length <= 16 else { return nil }
    let size = size(value)
    let head = UInt32(length &+ size) | UInt32(advance(value)) &<< 8
    if isWrongRefinement(value) {
      let number = Int16(truncatingIfNeeded: Int32(bitPattern: Self.value(bits, from: length, size)) >> 16)
      return head | UInt32(UInt16(bitPattern: 2 * number)) << 16
    }
    return head | Self.value(bits, from: length, size)
  }

  /// The value of `size` bits behind a code of `length`, as in the upper half of an entry.
  @inline(__always)
  private static func value(_ bits: UInt32, from length: Int, _ size: Int) -> UInt32 {
    let extra = size == 0 ? 0 : Int((bits &<< UInt32(length)) &>> UInt32(32 &- size))
    return UInt32(UInt16(bitPattern: extend(extra, size))) &<< 16
  }
}
