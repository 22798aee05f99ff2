import Glibc

/// One component of a progressive JPEG: of each block the coefficients that a reduced size has a use for, as far as the
/// scans have brought them.
final class ProgressiveComponent {
  /// Blocks per MCU.
  let horizontal: Int
  let vertical: Int
  /// Blocks of the component itself, which are those that a scan of it alone has (T.81, A.2.2), and of a whole row of
  /// MCUs.
  let columns: Int
  let rows: Int
  let stride: Int
  let transform: ScaledInverseDCT
  /// Coefficients per block, `size` × `size`, column by column.
  let stored: Int
  let coefficients: UnsafeMutablePointer<Int16>
  /// For each block, which coefficients are not zero, by zigzag index; nil where only DC coefficients are read.
  let history: UnsafeMutablePointer<UInt64>?
  /// The lowest bit of each coefficient that is known, by zigzag index; nil for those that no scan has brought.
  var lowBits = [Int?](repeating: nil, count: 64)
  /// What the stored coefficients are multiplied by, from the component's first scan.
  private var factors: [Float] = []
  /// How many of the lowest bits of AC coefficients make no difference that could be seen.
  private(set) var negligibleBits = 0
  private let readsAllScans: Bool

  /// Bytes that a block takes at most: with a history.
  static func bytesPerBlock(size: Int) -> Int { 2 * size * size + 8 }

  /// Nil where there is no memory.
  /// - Parameter readsAllScans: whether AC scans are decoded where only DC coefficients are stored, too
  init?(_ frame: JPEGFrame, _ index: Int, _ layout: ScanLayout, mcusDown: Int, readsAllScans: Bool) {
    let component = frame.components[index]
    (horizontal, vertical) = layout.sampling[index]
    let (across, down) = (8 * frame.largestHorizontal, 8 * frame.largestVertical)
    columns = (frame.width * component.horizontal + across - 1) / across
    rows = (frame.height * component.vertical + down - 1) / down
    stride = layout.mcusAcross * horizontal
    let size = layout.sizes[index]
    stored = size * size
    let count = stride * vertical * mcusDown
    // Zeros that the kernel hands out where they are first touched: a header alone takes none of it.
    guard let memory = calloc(count * stored + ScaledInverseDCT.padding, 2) else { return nil }
    let hasHistory = size > 1 || readsAllScans
    let past = hasHistory ? calloc(count, 8) : nil
    guard !hasHistory || past != nil else {
      free(memory)
      return nil
    }
    coefficients = memory.bindMemory(to: Int16.self, capacity: count * stored)
    history = past?.bindMemory(to: UInt64.self, capacity: count)
    transform = ScaledInverseDCT(size: size)
    self.readsAllScans = readsAllScans
  }

  deinit {
    transform.deallocate()
    free(coefficients)
    free(history)
  }

  var hasDC: Bool { !factors.isEmpty }

  /// Whether scans have brought all bits of all coefficients, so that none is missing at the end.
  var isWhole: Bool { lowBits.allSatisfy { $0 == 0 } }

  /// - Parameter quantisers: 64, in zigzag order
  func begin(_ quantisers: [UInt16]) {
    factors = transform.factors(quantisers)
    negligibleBits = readsAllScans ? 0 : Self.negligibleBits(quantisers, transform)
  }

  /// How many of the lowest bits of AC coefficients change samples by less than rounding does.
  ///
  /// Without its lowest b bits a coefficient is off by one of 2^b steps, all as likely: a variance of (4^b − 1)/12
  /// squared quantisers, of which each sample gets 1/64. Rounding to levels has a variance of 1/12; these bits do not
  /// matter while they have less than that.
  private static func negligibleBits(_ quantisers: [UInt16], _ transform: ScaledInverseDCT) -> Int {
    let stored = Int32(transform.size * transform.size)
    let sum = quantisers.indices.dropFirst().reduce(0.0) { sum, index in
      transform.places[index] < stored ? sum + Double(quantisers[index]) * Double(quantisers[index]) : sum
    }
    var bits = 0
    while bits < 3, sum * (pow(4, Double(bits + 1)) - 1) / 12 / 64 < 1.0 / 16 { bits += 1 }
    return bits
  }

  /// Whether an AC scan of this component has to be read.
  ///
  /// DC alone needs nothing else. What lies above all that is stored need not be known, unless later scans that bring
  /// more bits of what is stored are to be read: how they are coded depends on it. Those are not, where the bits that
  /// are there are enough.
  func uses(_ scan: ScanHeader) -> Bool {
    if readsAllScans { return true }
    guard history != nil else { return false }
    if scan.highBit > 0 { return scan.highBit > negligibleBits }
    return scan.first <= transform.lastKept || scan.lowBit > negligibleBits
  }

  /// Transforms a row of blocks, once: their coefficients are used up.
  ///
  /// The row has `stride` blocks of `stored` coefficients, and every line room for `stride` × `transform.size` samples.
  /// - Parameter target: the ring's rows that are its samples, `transform.size` of them from `first` on
  func write(blockRow: Int, to target: RowRing, from first: Int) {
    let size = transform.size
    let lines = (0..<size).map { target.row(first + $0).assumingMemoryBound(to: UInt8.self) }
    let source = coefficients + blockRow * stride * stored
    lines.withUnsafeBufferPointer { lines in
      factors.withUnsafeBufferPointer { factors in
        guard let rows = lines.baseAddress, let factors = factors.baseAddress else { return }
        if size == 1 {
          let (row, factor) = (rows[0], factors[0])
          for x in 0..<stride { row[x] = ScaledInverseDCT.mean(Float(source[x]) * factor) }
          return
        }
        let step = ScaledInverseDCT.isWide(size: size) ? 2 * size : size
        for column in 0..<stride {
          ScaledInverseDCT.transform(size: size, source + column &* stored, factors, rows, column &* step)
        }
      }
    }
  }
}
