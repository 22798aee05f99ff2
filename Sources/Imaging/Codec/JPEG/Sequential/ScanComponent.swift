/// One block of an MCU: where its codes and its samples are.
///
/// It owns nothing, so that the decoder's inner loop counts no references.
struct ScanBlock {
  let reader: BlockReader
  let factors: UnsafePointer<Float>
  /// Some more than are kept, the first of which is for those that are not.
  ///
  /// Zero between blocks.
  let coefficients: UnsafeMutablePointer<Int16>
  let prediction: UnsafeMutablePointer<Int32>
  /// Where the rows of the band that are this block's begin.
  let rows: UnsafePointer<UnsafeMutablePointer<UInt8>>
  /// Samples per direction.
  let size: Int
  /// Where the block begins in the first MCU, and how far it is to the next, in bytes.
  let x: Int
  let step: Int

  /// Makes a block gray, as libjpeg does where the data are missing.
  func clear(_ mcu: Int) {
    // Those that a block at 1/8 or of its mean alone has left behind.
    coefficients[0] = 0
    if size == 1 {
      rows[0][x &+ mcu &* step] = ScaledInverseDCT.mean(0)
    } else {
      ScaledInverseDCT.transform(size: size, coefficients, factors, rows, x &+ mcu &* step)
    }
  }

  @inline(__always)
  func decode(_ mcu: Int, _ bits: inout BitReader, _ damage: inout Int) {
    let x = x &+ mcu &* step
    let hasDetail = reader.read(&bits, &prediction.pointee, coefficients, &damage)
    if size == 1 {
      rows[0][x] = ScaledInverseDCT.mean(Float(coefficients[0]) * factors[0])
    } else if !hasDetail && ScaledInverseDCT.isWide(size: size) {
      ScaledInverseDCT.fill(size: size, Float(coefficients[0]) * factors[0], rows, x)
    } else {
      ScaledInverseDCT.transform(size: size, coefficients, factors, rows, x)
    }
  }
}

/// One component of a sequential scan: its tables, its running prediction and the rows it is decoded into.
final class ScanComponent {
  /// The component's blocks of an MCU, in their order.
  private(set) var blocks: [ScanBlock] = []
  private let transform: ScaledInverseDCT
  private let tables: [HuffmanTable]
  private let factors: UnsafeMutablePointer<Float>
  private let coefficients: UnsafeMutablePointer<Int16>
  private let rows: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>>
  private let rowCount: Int
  private let prediction: UnsafeMutablePointer<Int32>

  private init(
    _ sampling: (horizontal: Int, vertical: Int), size: Int, dc: HuffmanTable, ac: HuffmanTable, quantisers: [UInt16]
  ) {
    tables = [dc, ac]
    transform = ScaledInverseDCT(size: size)
    let values = transform.factors(quantisers)
    factors = .allocate(capacity: values.count)
    factors.initialize(from: values, count: values.count)
    coefficients = .allocate(capacity: size * size + ScaledInverseDCT.padding)
    coefficients.initialize(repeating: 0, count: size * size + ScaledInverseDCT.padding)
    rowCount = sampling.vertical * size
    rows = .allocate(capacity: rowCount)
    prediction = .allocate(capacity: 1)
    prediction.initialize(to: 0)
    let reader = BlockReader(dc: dc, ac: ac, transform)
    let bytesAcross = ScaledInverseDCT.isWide(size: size) ? 2 * size : size
    for line in 0..<sampling.vertical {
      for column in 0..<sampling.horizontal {
        blocks.append(
          ScanBlock(
            reader: reader, factors: UnsafePointer(factors), coefficients: coefficients, prediction: prediction,
            rows: UnsafePointer(rows + line * size), size: size, x: column * bytesAcross,
            step: sampling.horizontal * bytesAcross))
      }
    }
  }

  deinit {
    transform.deallocate()
    factors.deallocate()
    coefficients.deallocate()
    rows.deallocate()
    prediction.deallocate()
  }

  /// Nil if a table is missing or wrong, about which libjpeg has its own say.
  static func all(_ frame: JPEGFrame, _ scan: ScanHeader, _ layout: ScanLayout) -> [ScanComponent]? {
    var dcMade: [Int: HuffmanTable] = [:]
    var acMade: [Int: HuffmanTable] = [:]
    var made: [ScanComponent] = []
    for (index, component) in frame.components.enumerated() {
      let (dcIndex, acIndex) = (scan.entries[index].dcTable, scan.entries[index].acTable)
      guard let quantisers = frame.quantisers[component.quantiser], quantisers.count == 64,
        let dc = frame.dcTables[dcIndex], let ac = frame.acTables[acIndex],
        let dcTable = dcMade[dcIndex] ?? HuffmanTable(counts: dc.counts, values: dc.values, isDC: true),
        let acTable = acMade[acIndex] ?? HuffmanTable(counts: ac.counts, values: ac.values, isDC: false)
      else { return nil }
      dcMade[dcIndex] = dcTable
      acMade[acIndex] = acTable
      made.append(
        ScanComponent(
          layout.sampling[index], size: layout.sizes[index], dc: dcTable, ac: acTable, quantisers: quantisers))
    }
    return made
  }

  /// Has the next band decoded behind the rows of `ring`.
  func begin(_ ring: RowRing) {
    for row in 0..<rowCount {
      (rows + row).initialize(to: ring.row(ring.count + row).assumingMemoryBound(to: UInt8.self))
    }
  }

  func restart() { prediction.pointee = 0 }
}
