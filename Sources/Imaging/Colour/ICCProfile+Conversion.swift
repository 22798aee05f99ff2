extension ICCProfile {
  /// Samples that a table of colours may have: 16 bits each in Little CMS, which holds several copies while it builds a
  /// conversion.
  ///
  /// The largest press profiles in use have 600,000.
  static let maxTableSamples = 1 << 21
  /// Bytes of a tone curve: 32,767 entries are the most that Little CMS takes.
  private static let maxCurveBytes = 1 << 16

  /// Just the tags that a conversion from this profile reads, as a profile of their own, so that nothing else of a
  /// stranger's file reaches Little CMS; nil where they do not make a conversion, or one over the bounds.
  ///
  /// The intent is relative colorimetric, as in libvips unless it is told otherwise: its table, or the perceptual one
  /// where there is no such table, as Little CMS chooses them itself.
  var conversion: [UInt8]? {
    guard ["mntr", "scnr", "prtr", "spac"].contains(deviceClass) else { return nil }
    var kept: [(name: String, content: [UInt8])] = []
    for name in ["A2B1", "A2B0"] where kept.isEmpty {
      guard let table = tag(name) else { continue }
      guard tableSamples(table) != nil else { return nil }
      kept.append((name, table))
    }
    if kept.isEmpty {
      let names = space == "GRAY" ? ["kTRC"] : space == "RGB " ? Self.matrixTags : []
      kept = names.compactMap { name in
        tag(name).flatMap { $0.count <= Self.maxCurveBytes + 12 ? (name, $0) : nil }
      }
      guard !names.isEmpty, kept.count == names.count else { return nil }
    }
    return Self.assemble(header: bytes[..<Self.headerBytes], kept)
  }

  private static let matrixTags = ["rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"]

  /// Bytes that Little CMS holds at most to build the conversion and to carry it out: its copy of the file, the table
  /// as it is read and in three pipelines, and a table of its own of 17⁴ or 33³ colours.
  var conversionBytes: Int {
    let samples = (tag("A2B1") ?? tag("A2B0")).flatMap(tableSamples) ?? 0
    return 6 * 2 * samples + (2 << 20)
  }

  /// Whether colours are told by a table, not by curves and a matrix.
  var hasTable: Bool { tag("A2B1") != nil || tag("A2B0") != nil }

  private var channels: Int { space == "GRAY" ? 1 : space == "RGB " ? 3 : space == "CMYK" ? 4 : 0 }

  /// The samples of a table's grid (ICC.1:2022, 10.10 to 10.12); nil where its sizes contradict each other or the
  /// tag's, or are over the bounds.
  ///
  /// Little CMS makes room for a grid before it reads it.
  private func tableSamples(_ tag: [UInt8]) -> Int? {
    guard tag.count >= 32, tag[8] == channels, tag[9] == 3 else { return nil }
    let inputs = channels
    func samples(_ grid: [UInt8]) -> Int? {
      var count = 3
      for points in grid {
        guard points >= 2, count <= Self.maxTableSamples / Int(points) else { return nil }
        count *= Int(points)
      }
      return count
    }
    func uint16(_ at: Int) -> Int { Int(tag[at]) << 8 | Int(tag[at + 1]) }
    switch tag[..<4] {
    case let type where type.elementsEqual("mft1".utf8):
      guard let count = samples(Array(repeating: tag[10], count: inputs)),
        48 + 256 * (inputs + 3) + count <= tag.count
      else { return nil }
      return count
    case let type where type.elementsEqual("mft2".utf8):
      guard tag.count >= 52, let count = samples(Array(repeating: tag[10], count: inputs)) else { return nil }
      let (before, after) = (uint16(48), uint16(50))
      guard (2...4096).contains(before), (2...4096).contains(after),
        52 + 2 * (inputs * before + count + 3 * after) <= tag.count
      else { return nil }
      return count
    case let type where type.elementsEqual("mAB ".utf8):
      let at = Self.number(tag, at: 24)
      // Curves and a matrix alone, of three channels.
      guard at != 0 else { return inputs == 3 ? 0 : nil }
      guard at + 20 <= tag.count, let count = samples(Array(tag[at..<at + inputs])), [1, 2].contains(tag[at + 16]),
        at + 20 + count * Int(tag[at + 16]) <= tag.count
      else { return nil }
      return count
    default: return nil
    }
  }

  /// A profile of a header and tags; the header's size is set.
  static func assemble(header: ArraySlice<UInt8>, _ tags: [(name: String, content: [UInt8])]) -> [UInt8] {
    var table = big32(tags.count)
    var contents: [UInt8] = []
    for (name, content) in tags {
      table += Array(name.utf8) + big32(headerBytes + 4 + 12 * tags.count + contents.count) + big32(content.count)
      contents += content
      contents += [UInt8](repeating: 0, count: (4 - content.count % 4) % 4)
    }
    let size = headerBytes + table.count + contents.count
    return big32(size) + header.dropFirst(4) + table + contents
  }

  /// Four bytes, most significant first.
  static func big32(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
}
