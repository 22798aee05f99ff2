/// Reads the TIFF structure of an EXIF block (EXIF 2.32, section 4.6; TIFF 6.0, section 2).
///
/// Every offset and count comes from the file: reads outside the block give nil, a directory is at most 512 entries,
/// and only the three directories that are named here are followed, so that no chain can loop.
struct ExifReader {
  enum Tag: UInt16 {
    case make = 0x010F
    case model = 0x0110
    case orientation = 0x0112
    case artist = 0x013B
    case copyright = 0x8298
    case exifDirectory = 0x8769
    case gpsDirectory = 0x8825
    case exposureTime = 0x829A
    case fNumber = 0x829D
    case iso = 0x8827
    case takenAt = 0x9003
    case offset = 0x9011
    case focalLength = 0x920A
  }

  /// One value as stored: type and count of TIFF 6.0, and the bytes in the block's byte order.
  struct Entry: Equatable {
    var tag: UInt16
    var type: UInt16
    var count: Int
    var bytes: [UInt8]
  }

  static let typeSizes: [UInt16: Int] = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8]
  private static let maxEntries = 512
  private static let maxValueBytes = 4096

  let isBigEndian: Bool
  private let block: [UInt8]
  private(set) var main: [Entry] = []
  private(set) var exif: [Entry] = []
  private(set) var gps: [Entry] = []

  /// - Parameter block: from the byte-order mark on. Nil if it is no TIFF structure.
  init?(_ block: [UInt8]) {
    guard block.count >= 8, block[0] == block[1], block[0] == 0x49 || block[0] == 0x4D else { return nil }
    self.block = block
    isBigEndian = block[0] == 0x4D
    guard uint16(2) == 42, let first = uint32(4) else { return nil }
    main = directory(at: first)
    if let offset = unsigned(.exifDirectory, in: main) { exif = directory(at: offset) }
    if let offset = unsigned(.gpsDirectory, in: main) { gps = directory(at: offset) }
  }

  private func directory(at offset: Int) -> [Entry] {
    guard offset >= 8, let count = uint16(offset) else { return [] }
    var entries: [Entry] = []
    for index in 0..<min(count, Self.maxEntries) {
      let at = offset + 2 + 12 * index
      guard let tag = uint16(at), let type = uint16(at + 2), let count = uint32(at + 4) else { break }
      guard let size = Self.typeSizes[UInt16(type)], count > 0, count <= Self.maxValueBytes / size else { continue }
      let length = size * count
      guard let start = length <= 4 ? at + 8 : uint32(at + 8), start + length <= block.count else { continue }
      let bytes = Array(block[start..<start + length])
      entries.append(Entry(tag: UInt16(tag), type: UInt16(type), count: count, bytes: bytes))
    }
    return entries
  }

  private func uint16(_ at: Int) -> Int? {
    guard at >= 0, at + 2 <= block.count else { return nil }
    return number(block[at..<at + 2])
  }

  private func uint32(_ at: Int) -> Int? {
    guard at >= 0, at + 4 <= block.count else { return nil }
    return number(block[at..<at + 4])
  }

  private func number(_ bytes: ArraySlice<UInt8>) -> Int {
    let ordered = isBigEndian ? Array(bytes) : bytes.reversed()
    return ordered.reduce(0) { $0 << 8 | Int($1) }
  }

  func entry(_ tag: Tag, in entries: [Entry]) -> Entry? { entries.first { $0.tag == tag.rawValue } }

  /// A SHORT or LONG.
  func unsigned(_ tag: Tag, in entries: [Entry]) -> Int? {
    guard let entry = entry(tag, in: entries), entry.type == 3 || entry.type == 4 else { return nil }
    return number(entry.bytes.prefix(entry.type == 3 ? 2 : 4))
  }

  /// A RATIONAL that is finite.
  func rational(_ tag: Tag, in entries: [Entry]) -> Double? {
    guard let entry = entry(tag, in: entries), entry.type == 5 else { return nil }
    let denominator = number(entry.bytes[4..<8])
    return denominator == 0 ? nil : Double(number(entry.bytes[0..<4])) / Double(denominator)
  }

  /// An ASCII value without its padding; nil when nothing is left.
  func text(_ tag: Tag, in entries: [Entry]) -> String? {
    guard let entry = entry(tag, in: entries), entry.type == 2 || entry.type == 7 else { return nil }
    let text = String(decoding: entry.bytes.prefix { $0 != 0 }, as: UTF8.self)
    let trimmed = text.drop { $0.isWhitespace }
    guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    return String(trimmed[...last])
  }

  /// Upright where the tag is missing or out of range.
  var orientation: Orientation { unsigned(.orientation, in: main).flatMap(Orientation.init) ?? .upright }

  var summary: ExifSummary {
    ExifSummary(
      make: text(.make, in: main), model: text(.model, in: main), takenAt: takenAt,
      iso: unsigned(.iso, in: exif), fNumber: rational(.fNumber, in: exif),
      exposureSeconds: rational(.exposureTime, in: exif), focalLengthMM: rational(.focalLength, in: exif),
      // Tags 1 to 4 are latitude and longitude; cameras without a fix write a directory without them.
      hasGPS: gps.contains { (1...4).contains($0.tag) },
      artist: text(.artist, in: main), copyright: text(.copyright, in: main))
  }

  /// DateTimeOriginal, `YYYY:MM:DD HH:MM:SS`, as ISO 8601 with OffsetTimeOriginal; nil where it is no such date.
  private var takenAt: String? {
    guard let text = text(.takenAt, in: exif) else { return nil }
    let pattern = Array("0000:00:00 00:00:00".utf8)
    var characters = Array(text.utf8)
    guard characters.count == pattern.count else { return nil }
    for (character, expected) in zip(characters, pattern) {
      guard expected == 0x30 ? (0x30...0x39).contains(character) : character == expected else { return nil }
    }
    func digits(_ range: Range<Int>) -> Int { characters[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
    guard digits(0..<4) > 0, (1...12).contains(digits(5..<7)), (1...31).contains(digits(8..<10)),
      digits(11..<13) < 24, digits(14..<16) < 60, digits(17..<19) < 61
    else { return nil }
    characters[4] = 0x2D
    characters[7] = 0x2D
    characters[10] = 0x54
    return String(decoding: characters, as: UTF8.self) + (offsetFromUTC ?? "")
  }

  private var offsetFromUTC: String? {
    guard let text = text(.offset, in: exif), text.utf8.count == 6 else { return nil }
    let bytes = Array(text.utf8)
    let isDigit = { (index: Int) in (0x30...0x39).contains(bytes[index]) }
    guard bytes[0] == 0x2B || bytes[0] == 0x2D, bytes[3] == 0x3A, isDigit(1), isDigit(2), isDigit(4), isDigit(5)
    else { return nil }
    return text
  }
}
