/// What a scan header says (ITU-T T.81, B.2.3).
struct ScanHeader {
  struct Entry {
    /// The component's index in the frame.
    var component: Int
    var dcTable: Int
    var acTable: Int
  }

  var entries: [Entry] = []
  /// The spectral selection (Ss, Se): the first and last coefficient in zigzag order; 0, 0 in a DC scan.
  var first: Int
  var last: Int
  /// The successive approximation (Ah, Al): the lowest bit that is known before the scan, 0 for none, and after it.
  var highBit: Int
  var lowBit: Int

  /// Nil if it is not a scan header for `frame`.
  /// - Parameter bytes: behind the length.
  init?(_ bytes: [UInt8], _ frame: JPEGFrame) {
    guard let count = bytes.first.map(Int.init), (1...4).contains(count), bytes.count == 4 + 2 * count else {
      return nil
    }
    for at in (0..<count).map({ 1 + 2 * $0 }) {
      guard let component = frame.components.firstIndex(where: { $0.identifier == bytes[at] }),
        !entries.contains(where: { $0.component == component })
      else { return nil }
      entries.append(Entry(component: component, dcTable: Int(bytes[at + 1] >> 4), acTable: Int(bytes[at + 1] & 15)))
    }
    let parameters = bytes.suffix(3).map(Int.init)
    (first, last) = (parameters[0], parameters[1])
    (highBit, lowBit) = (parameters[2] >> 4, parameters[2] & 15)
  }
}
