/// What the marker segments before the first scan say about its decoding (ITU-T T.81, annex B.2).
struct JPEGFrame {
  struct Component {
    var identifier: UInt8
    var horizontal: Int
    var vertical: Int
    var quantiser: Int
  }

  /// The SOF marker: 0xC0 baseline, 0xC1 extended sequential, 0xC2 progressive, and others.
  var marker: UInt8
  var depth: Int
  var width: Int
  var height: Int
  var components: [Component] = []
  /// Quantisers by table, in zigzag order.
  var quantisers: [Int: [UInt16]] = [:]
  /// Huffman tables by class and number: counts and values.
  var dcTables: [Int: (counts: [UInt8], values: [UInt8])] = [:]
  var acTables: [Int: (counts: [UInt8], values: [UInt8])] = [:]
  /// MCUs between restart markers; 0 for none.
  var restartInterval = 0
  /// Where the first scan's entropy-coded bytes begin.
  var scanOffset = 0
  /// The first scan's header, behind its length.
  var scanHeader: [UInt8] = []

  var largestHorizontal: Int { components.map(\.horizontal).max() ?? 1 }
  var largestVertical: Int { components.map(\.vertical).max() ?? 1 }

  /// SOF9, SOF10 and the hierarchical ones (T.81, table B.1).
  var isArithmetic: Bool { marker >= 0xC9 }

  /// Whether there is more than the first scan to the picture, as libjpeg tells it from that (jdinput.c,
  /// initial_setup).
  var hasSeveralScans: Bool {
    marker == 0xC2 || marker == 0xCA || Int(scanHeader.first ?? 0) < components.count
  }

  /// The header of the scan, where the whole picture is one of Huffman-coded sequential data, in the order of its
  /// components.
  var onlyScan: ScanHeader? {
    guard marker == 0xC0 || marker == 0xC1, let scan = ScanHeader(scanHeader, self),
      scan.entries.map(\.component) == Array(components.indices), scan.first == 0, scan.last == 63, scan.lowBit == 0,
      scan.highBit == 0
    else { return nil }
    return scan
  }
}
