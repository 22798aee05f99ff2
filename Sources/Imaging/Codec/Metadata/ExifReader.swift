/// Reads the TIFF structure of an EXIF block (EXIF 2.32, section 4.6; TIFF 6.0, section 2).
///
/// Every offset and count comes from the file: reads outside the block give nil, a directory is at most 512 entries,
/// and only the four directories that are named here are followed, so that no chain can loop.
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
    case colourSpace = 0xA001
    case interoperabilityDirectory = 0xA005
    case interoperabilityIndex = 0x0001
  }

  /// One value as stored: type and count of TIFF 6.0, and the bytes in the block's byte order.
  struct Entry: Equatable {
    var tag: UInt16
    var type: UInt16
    var count: Int
    var bytes: [UInt8]
  }

  static let typeSizes: [UInt16: Int] = [
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8,
    // A directory, and UTF-8 (EXIF 3.0, 4.6.2).
    13: 4, 129: 1,
  ]
  private static let maxEntries = 512
  static let maxValueBytes = 4096
  /// Copyright notices can be whole licences.
  private static let maxTextBytes = 65_535

  let isBigEndian: Bool
  private let block: [UInt8]
  private(set) var main: [Entry] = []
  private(set) var exif: [Entry] = []
  private(set) var gps: [Entry] = []
  private(set) var interoperability: [Entry] = []
  /// Entries that are left out by directory, because they are too long or lead out of the block.
  private(set) var unread = (main: Set<UInt16>(), exif: Set<UInt16>(), gps: Set<UInt16>())
  /// Whether all directories are there, and the texts that are read for rights.
  private(set) var isWhole = true

  /// - Parameter block: from the byte-order mark on. Nil if it is no TIFF structure.
  init?(_ block: [UInt8]) {
    guard block.count >= 8, block[0] == block[1], block[0] == 0x49 || block[0] == 0x4D else { return nil }
    self.block = block
    isBigEndian = block[0] == 0x4D
    guard uint16(2) == 42, let first = uint32(4) else { return nil }
    var (unreadMain, unreadExif, unreadGps, others) = (Set<UInt16>(), Set<UInt16>(), Set<UInt16>(), Set<UInt16>())
    main = directory(at: first, &unreadMain)
    if let offset = unsigned(.exifDirectory, in: main) { exif = directory(at: offset, &unreadExif) }
    // Some writers put this pointer beside the camera's data.
    if let offset = unsigned(.gpsDirectory, in: main) ?? unsigned(.gpsDirectory, in: exif) {
      gps = directory(at: offset, &unreadGps)
    }
    if let offset = unsigned(.interoperabilityDirectory, in: exif) {
      interoperability = directory(at: offset, &others)
    }
    unread = (unreadMain, unreadExif, unreadGps)
    if unread.main.contains(Tag.artist.rawValue) || unread.main.contains(Tag.copyright.rawValue) { isWhole = false }
  }

  private mutating func directory(at offset: Int, _ unread: inout Set<UInt16>) -> [Entry] {
    guard offset >= 8, let count = uint16(offset) else {
      isWhole = false
      return []
    }
    if count > Self.maxEntries { isWhole = false }
    var entries: [Entry] = []
    // The first of a tag counts, so that not one more is held.
    var seen: Set<UInt16> = []
    for index in 0..<min(count, Self.maxEntries) {
      let at = offset + 2 + 12 * index
      guard let tag = uint16(at), let type = uint16(at + 2), let count = uint32(at + 4) else {
        isWhole = false
        break
      }
      if count == 0 { continue }
      let isText = tag == Tag.artist.rawValue || tag == Tag.copyright.rawValue
      guard let size = Self.typeSizes[UInt16(type)],
        count <= (isText ? Self.maxTextBytes : Self.maxValueBytes) / size,
        let start = size * count <= 4 ? at + 8 : uint32(at + 8), start + size * count <= block.count
      else {
        unread.insert(UInt16(tag))
        continue
      }
      guard seen.insert(UInt16(tag)).inserted else { continue }
      let length = size * count
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

  /// A SHORT or LONG, or an IFD, as some writers call a pointer.
  func unsigned(_ tag: Tag, in entries: [Entry]) -> Int? {
    guard let entry = entry(tag, in: entries), [3, 4, 13].contains(entry.type) else { return nil }
    return number(entry.bytes.prefix(entry.type == 3 ? 2 : 4))
  }

  /// The RATIONALs or SRATIONALs of a value; nil for each that is not finite.
  func rationals(_ entry: Entry) -> [Double?] {
    guard entry.type == 5 || entry.type == 10 else { return [] }
    func part(_ at: Int) -> Double {
      let value = number(entry.bytes[at..<at + 4])
      return Double(entry.type == 10 ? Int(Int32(truncatingIfNeeded: value)) : value)
    }
    return stride(from: 0, to: entry.bytes.count - 7, by: 8).map { at in
      let denominator = part(at + 4)
      return denominator == 0 ? nil : part(at) / denominator
    }
  }

  /// A RATIONAL that is finite.
  func rational(_ tag: Tag, in entries: [Entry]) -> Double? {
    guard let entry = entry(tag, in: entries), entry.type == 5 else { return nil }
    let denominator = number(entry.bytes[4..<8])
    return denominator == 0 ? nil : Double(number(entry.bytes[0..<4])) / Double(denominator)
  }

  /// An ASCII or UTF-8 value without its padding; nil when nothing is left.
  func text(_ tag: Tag, in entries: [Entry], maxBytes: Int = 1000) -> String? {
    guard let entry = entry(tag, in: entries), [2, 7, 129].contains(entry.type) else { return nil }
    return PlainText.line(entry.bytes, maxBytes: maxBytes)
  }

  /// Upright where the tag is missing or out of range.
  var orientation: Orientation { unsigned(.orientation, in: main).flatMap(Orientation.init) ?? .upright }

  var summary: ExifSummary {
    ExifSummary(
      make: text(.make, in: main), model: text(.model, in: main),
      takenAt: text(.takenAt, in: exif).flatMap { ExifTime($0, offset: text(.offset, in: exif))?.text },
      // A speed, which no file of rows has more than 32 bits for.
      iso: unsigned(.iso, in: exif).flatMap { $0 <= Int32.max ? $0 : nil }, fNumber: rational(.fNumber, in: exif),
      exposureSeconds: rational(.exposureTime, in: exif), focalLengthMM: rational(.focalLength, in: exif),
      hasGPS: hasPosition,
      artist: text(.artist, in: main), copyright: text(.copyright, in: main))
  }
}
