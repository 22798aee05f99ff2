/// Builds the EXIF block of a rendition from an allow-list, so that nothing is carried over by oversight: no maker
/// notes, no serial numbers, no thumbnail, and the position only when asked for.
///
/// There is no orientation tag, because the pixels are upright.
enum ExifWriter {
  private static let cameraTags: Set<UInt16> = [0x010F, 0x0110]
  /// Exposure, aperture, ISO, times and offset, focal length (EXIF 2.32, table 7 and 8).
  private static let exposureTags: Set<UInt16> = [
    0x829A, 0x829D, 0x8827, 0x9003, 0x9004, 0x9011, 0x9012, 0x920A, 0xA405,
  ]
  /// The tags that EXIF 2.32 defines for positions.
  private static let gpsTags: ClosedRange<UInt16> = 0...31

  /// The block from its byte-order mark on, empty when nothing is kept; and what is left out of what should be, in
  /// sentences for a person.
  ///
  /// At most 64 KB less a segment's header.
  static func block(
    from reader: ExifReader?, _ rights: SourceRights, keeping kept: KeptMetadata
  ) -> (bytes: [UInt8], omissions: [String]) {
    let isBigEndian = reader?.isBigEndian ?? true
    let texts = kept.contains(.copyright) ? [(0x013B, rights.artist), (0x8298, rights.copyright)] : []
    let statements = texts.compactMap { tag, text in text.map { entry(UInt16(tag), $0) } }
    var omissions: [String] = []
    func entries(
      _ option: KeptMetadata, _ all: [ExifReader.Entry]?, _ unread: Set<UInt16>?, _ isKept: (UInt16) -> Bool
    ) -> [ExifReader.Entry] {
      guard kept.contains(option), let all else { return [] }
      for tag in unread?.filter(isKept).sorted() ?? [] {
        omissions.append("Exif tag \(tag) cannot be read, or is over \(ExifReader.maxValueBytes) bytes: it is left out")
      }
      return unique(all.filter { isKept($0.tag) })
    }
    let camera = entries(.camera, reader?.main, reader?.unread.main) { cameraTags.contains($0) }
    let exif = entries(.camera, reader?.exif, reader?.unread.exif) { exposureTags.contains($0) }
    let gps = entries(.gps, reader?.gps, reader?.unread.gps) { gpsTags.contains($0) }
    // Values as long as a segment are rubbish in all but the first, which goes alone then.
    for (main, exif, gps, isAll) in [(statements + camera, exif, gps, true), (statements, [], [], false)] {
      if !isAll {
        omissions.append("Exif of camera and position does not fit into one block with the picture's rights: left out")
      }
      if main.isEmpty && exif.isEmpty && gps.isEmpty { return ([], omissions) }
      var writer = Writer(isBigEndian: isBigEndian)
      writer.write(main: main, exif: exif, gps: gps)
      if writer.bytes.count <= 65_000 { return (writer.bytes, omissions) }
    }
    return ([], omissions)
  }

  /// Text of the type ASCII.
  ///
  /// What is not ASCII is written in UTF-8 all the same, as the Metadata Working Group's guidelines have it (2.0, 3.3):
  /// readers know that, and few know EXIF 3.0's type of UTF-8 (129). It stands in XMP too, for those that do not.
  private static func entry(_ tag: UInt16, _ text: String) -> ExifReader.Entry {
    let bytes = Array(text.utf8) + [0]
    return ExifReader.Entry(tag: tag, type: 2, count: bytes.count, bytes: bytes)
  }

  /// Sorted by tag, as TIFF 6.0 asks for, each tag once.
  private static func unique(_ entries: [ExifReader.Entry]) -> [ExifReader.Entry] {
    var seen: Set<UInt16> = []
    return entries.filter { seen.insert($0.tag).inserted }.sorted { $0.tag < $1.tag }
  }

  private struct Writer {
    let isBigEndian: Bool
    var bytes: [UInt8] = []

    mutating func write(main: [ExifReader.Entry], exif: [ExifReader.Entry], gps: [ExifReader.Entry]) {
      bytes += isBigEndian ? [0x4D, 0x4D] : [0x49, 0x49]
      put16(42)
      put32(8)
      var main = main
      // Directories follow one another; the pointers to them are known from their sizes.
      let pointers = (exif.isEmpty ? 0 : 1) + (gps.isEmpty ? 0 : 1)
      var next = 8 + size(main) + 12 * pointers
      if !exif.isEmpty {
        main.append(pointer(0x8769, to: next))
        next += size(exif)
      }
      if !gps.isEmpty { main.append(pointer(0x8825, to: next)) }
      directory(main.sorted { $0.tag < $1.tag })
      if !exif.isEmpty { directory(exif) }
      if !gps.isEmpty { directory(gps) }
    }

    private func pointer(_ tag: UInt16, to offset: Int) -> ExifReader.Entry {
      ExifReader.Entry(tag: tag, type: 4, count: 1, bytes: ordered(offset, 4))
    }

    private func size(_ entries: [ExifReader.Entry]) -> Int {
      entries.reduce(2 + 12 * entries.count + 4) { $0 + stored($1) }
    }

    /// Bytes outside the entry itself, padded to an even offset.
    private func stored(_ entry: ExifReader.Entry) -> Int {
      entry.bytes.count <= 4 ? 0 : (entry.bytes.count + 1) & ~1
    }

    private mutating func directory(_ entries: [ExifReader.Entry]) {
      var data = bytes.count + 2 + 12 * entries.count + 4
      put16(entries.count)
      for entry in entries {
        put16(Int(entry.tag))
        put16(Int(entry.type))
        put32(entry.count)
        if entry.bytes.count <= 4 {
          bytes += entry.bytes + [UInt8](repeating: 0, count: 4 - entry.bytes.count)
        } else {
          put32(data)
          data += stored(entry)
        }
      }
      put32(0)
      for entry in entries where entry.bytes.count > 4 {
        bytes += entry.bytes
        if entry.bytes.count % 2 == 1 { bytes.append(0) }
      }
    }

    private mutating func put16(_ value: Int) { bytes += ordered(value, 2) }
    private mutating func put32(_ value: Int) { bytes += ordered(value, 4) }

    private func ordered(_ value: Int, _ count: Int) -> [UInt8] {
      let little = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
      return isBigEndian ? little.reversed() : little
    }
  }
}
