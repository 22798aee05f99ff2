/// Gathers the quantisers, Huffman tables and restart interval that hold for a scan (ITU-T T.81, B.2.4).
///
/// What a segment says against the format is left out; a scan that needs it cannot be decoded then.
struct JPEGTables {
  private(set) var quantisers: [Int: [UInt16]] = [:]
  private(set) var dcTables: [Int: (counts: [UInt8], values: [UInt8])] = [:]
  private(set) var acTables: [Int: (counts: [UInt8], values: [UInt8])] = [:]
  private(set) var restartInterval = 0

  init() {}

  /// Those that hold for the first scan of `frame`.
  init(_ frame: JPEGFrame) {
    quantisers = frame.quantisers
    dcTables = frame.dcTables
    acTables = frame.acTables
    restartInterval = frame.restartInterval
  }

  /// - Parameter marker: 0xC4 DHT, 0xDB DQT or 0xDD DRI.
  mutating func read(_ marker: UInt8, _ bytes: [UInt8]) {
    switch marker {
    case 0xC4: readHuffman(bytes[...])
    case 0xDB: readQuantisers(bytes[...])
    default: if bytes.count == 2 { restartInterval = Int(bytes[0]) << 8 | Int(bytes[1]) }
    }
  }

  private mutating func readHuffman(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while rest.count >= 17, let head = rest.first {
      let counts = Array(rest.dropFirst().prefix(16))
      let total = counts.reduce(0) { $0 + Int($1) }
      rest = rest.dropFirst(17)
      guard rest.count >= total else { return }
      let table = (counts: counts, values: Array(rest.prefix(total)))
      if head >> 4 == 0 { dcTables[Int(head & 15)] = table } else { acTables[Int(head & 15)] = table }
      rest = rest.dropFirst(total)
    }
  }

  private mutating func readQuantisers(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while let head = rest.first {
      let isWide = head >> 4 != 0
      rest = rest.dropFirst()
      guard rest.count >= (isWide ? 128 : 64) else { return }
      let values = Array(rest.prefix(isWide ? 128 : 64)).map(UInt16.init)
      quantisers[Int(head & 15)] = isWide ? (0..<64).map { values[2 * $0] << 8 | values[2 * $0 + 1] } : values
      rest = rest.dropFirst(values.count)
    }
  }
}
