/// The parts of XMP that is too long for one segment of a JPEG, in any order (XMP Specification, part 3, 1.1.3.1).
///
/// A part names the whole that it is of, by the MD5 digest that the picture's own packet has in
/// `xmpNote:HasExtendedXMP`: what an editor has left behind of another packet is told by that.
struct ExtendedXMP {
  private struct Whole {
    var length: Int
    /// Where parts stand in the file, by their place in the whole.
    var parts: [Int: Range<Int>] = [:]
  }

  /// Digest, length of the whole, and place in it.
  private static let headLength = 40
  private var wholes: [[UInt8]: Whole] = [:]

  /// Takes in the segment that lies at `place` in the file, behind its name.
  mutating func add(_ place: Range<Int>, _ bytes: (Range<Int>) -> [UInt8]) {
    guard place.count > Self.headLength else { return }
    let head = bytes(place.lowerBound..<place.lowerBound + Self.headLength)
    guard head.count == Self.headLength else { return }
    func number(_ at: Int) -> Int { head[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    let (digest, length, at) = (Array(head[..<32]), number(32), number(36))
    if let known = wholes[digest], known.length != length || known.parts[at] != nil { return }
    // In place: a copy for each part would take a time that grows with their square.
    wholes[digest, default: Whole(length: length)].parts[at] = place.dropFirst(Self.headLength)
  }

  /// Puts the whole of that name together; nil unless every part of it is there.
  ///
  /// No more is made than parts have come of: a length alone allocates nothing.
  func packet(_ name: String, _ bytes: (Range<Int>) -> [UInt8]) -> [UInt8]? {
    guard let whole = wholes[Array(name.utf8)], whole.length > 0 else { return nil }
    var packet: [UInt8] = []
    while packet.count < whole.length {
      guard let part = whole.parts[packet.count] else { return nil }
      packet += bytes(part)
    }
    return packet.count == whole.length ? packet : nil
  }

  /// Whether there are parts of a whole that has another name, or that nobody has named.
  func hasOther(than name: String?) -> Bool { wholes.keys.contains { $0 != name.map { Array($0.utf8) } } }
}
