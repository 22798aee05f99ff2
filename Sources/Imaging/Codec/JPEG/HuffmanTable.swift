/// A Huffman table of a JPEG (ITU-T T.81, annex C and F.2.2.3), as look-up tables on the next bits of the scan.
///
/// Two tables share the work. The first gives one symbol: how many bits it and its value take, how many coefficients it
/// stands for, and the value. The second is for coefficients that a reduced decode has no use for: as many whole
/// symbols as fit into its bits at once.
final class HuffmanTable {
  /// Bits that the tables are indexed by.
  static let bits = 11
  static let skipBits = 13
  /// The advance of an end of block; anything of 128 and over ends a block.
  static let endOfBlock = 128

  /// By the next `bits`: length in bits 0…7, advance in 8…15, value (signed) in 16…31; 0 for a longer code.
  let symbols: UnsafeMutablePointer<UInt32>
  /// By the next `skipBits`: length in bits 0…7, advance of all symbols in 8…15, more by `endOfBlock` if the last is one;
  /// 0 where not one symbol fits.
  let skips: UnsafeMutablePointer<UInt16>
  /// For each length, the first 16 bits that are too large to begin with a code so short; the 17th is beyond all.
  private let limits: UnsafeMutablePointer<Int32>
  /// For each length, what leads from a code to its place in `values`.
  private let offsets: UnsafeMutablePointer<Int32>
  private let values: UnsafeMutablePointer<UInt8>
  private let isDC: Bool

  /// - Parameters:
  ///   - counts: how many codes there are of each length, 1…16
  ///   - values: what they stand for: in a DC table the size of the difference, in an AC table run and size
  /// - Returns: nil if the counts make no prefix code, or an impossible size is named.
  init?(counts: [UInt8], values: [UInt8], isDC: Bool) {
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
    symbols = .allocate(capacity: 1 << Self.bits)
    symbols.initialize(repeating: 0, count: 1 << Self.bits)
    skips = .allocate(capacity: 1 << Self.skipBits)
    skips.initialize(repeating: 0, count: 1 << Self.skipBits)
    limits = .allocate(capacity: 18)
    limits.initialize(repeating: .max, count: 18)
    offsets = .allocate(capacity: 18)
    offsets.initialize(repeating: 0, count: 18)
    self.values = .allocate(capacity: 256)
    self.values.initialize(repeating: 0, count: 256)
    self.values.update(from: values, count: values.count)
    enterCodes(counts)
    if !isDC { fillSkips() }
  }

  deinit {
    symbols.deallocate()
    skips.deallocate()
    limits.deallocate()
    offsets.deallocate()
    values.deallocate()
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
  }

  /// Coefficients that an AC symbol stands for.
  private func advance(_ value: UInt8) -> Int {
    if isDC { return 1 }
    // Sizes of 0 end the block, except for the run of 16 zeros.
    return value & 15 == 0 && value != 0xF0 ? Self.endOfBlock : Int(value >> 4) + 1
  }

  private func size(_ value: UInt8) -> Int { isDC ? Int(value) : Int(value & 15) }

  private func enter(_ value: UInt8, code: Int, length: Int) {
    let size = size(value)
    let total = length + size
    guard total <= Self.bits, code < 1 << length else { return }
    let advance = advance(value)
    for extra in 0..<1 << size {
      let entry = UInt32(total) | UInt32(advance) << 8 | UInt32(UInt16(bitPattern: Self.extend(extra, size))) << 16
      let first = (code << size | extra) << (Self.bits - total)
      for index in first..<first + 1 << (Self.bits - total) { symbols[index] = entry }
    }
  }

  /// The signed value that `size` bits stand for (T.81, table F.1 and figure F.12).
  static func extend(_ bits: Int, _ size: Int) -> Int16 {
    if size == 0 { return 0 }
    return Int16(truncatingIfNeeded: bits < 1 &<< (size &- 1) ? bits &- (1 &<< size) &+ 1 : bits)
  }

  private func fillSkips() {
    let mask = 1 << Self.skipBits - 1
    for index in 0...mask {
      var used = 0
      var total = 0
      while total < Self.endOfBlock {
        let (value, length) = lookUp((index << used & mask) << (16 - Self.skipBits))
        let size = length + Int(value & 15)
        let step = advance(value)
        // 63 coefficients are all there are.
        guard length <= 16, used + size <= Self.skipBits, step == Self.endOfBlock || total + step <= 63 else { break }
        used += size
        total += step
      }
      skips[index] = UInt16(used | total << 8)
    }
  }

  /// The symbol that 16 bits begin with, and its length; a length of 17 if they begin with none.
  @inline(__always)
  private func lookUp(_ bits: Int) -> (value: UInt8, length: Int) {
    var length = 1
    while bits >= limits[length] { length &+= 1 }
    if length > 16 { return (0, 17) }
    return (values[(bits &>> (16 &- length) &+ Int(offsets[length])) & 0xFF], length)
  }

  /// `symbols`' entry for a code of any length; nil if there is none.
  /// - Parameter bits: the next 32
  func entry(_ bits: UInt32) -> UInt32? {
    let (value, length) = lookUp(Int(bits &>> 16))
    guard length <= 16 else { return nil }
    let size = size(value)
    let extra = size == 0 ? 0 : Int((bits &<< UInt32(length)) &>> UInt32(32 &- size))
    return UInt32(length &+ size) | UInt32(advance(value)) &<< 8
      | UInt32(UInt16(bitPattern: Self.extend(extra, size))) &<< 16
  }
}
