/// An ICC profile as a file carries it: its header and its tag table (ICC.1:2022, 7.2 and 7.3).
///
/// Every offset and length comes from the file: a tag that lies outside is left out.
struct ICCProfile: Equatable {
  let bytes: [UInt8]
  /// The four letters of the samples' colour space, such as `RGB ` or `GRAY`.
  let space: String
  /// What kind of device it describes, such as `mntr`.
  let deviceClass: String
  private let tags: [String: Range<Int>]

  static let headerBytes = 128
  /// Little CMS takes no more either.
  private static let maxTags = 100
  private static let maxNameBytes = 200

  /// Nil where these bytes are not a profile, or not all of one.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.headerBytes + 4, bytes[36..<40].elementsEqual("acsp".utf8) else { return nil }
    let size = Self.number(bytes, at: 0)
    guard (Self.headerBytes + 4...bytes.count).contains(size) else { return nil }
    self.bytes = bytes
    space = Self.text(bytes, at: 16)
    deviceClass = Self.text(bytes, at: 12)
    var tags: [String: Range<Int>] = [:]
    let count = Self.number(bytes, at: Self.headerBytes)
    guard count <= min(Self.maxTags, (size - Self.headerBytes - 4) / 12) else { return nil }
    for entry in (0..<count).map({ Self.headerBytes + 4 + 12 * $0 }) {
      let offset = Self.number(bytes, at: entry + 4)
      let length = Self.number(bytes, at: entry + 8)
      // Both are below 2³².
      guard offset >= Self.headerBytes, offset + length <= size, length >= 8 else { continue }
      tags[Self.text(bytes, at: entry)] = offset..<offset + length
    }
    self.tags = tags
  }

  /// The contents of a tag, from its type on: at least 8 bytes.
  func tag(_ signature: String) -> [UInt8]? { tags[signature].map { Array(bytes[$0]) } }

  /// The description that the profile has of itself, for a person; nil where there is none.
  var name: String? {
    guard let tag = tag("desc") else { return nil }
    switch Self.text(tag, at: 0) {
    // ICC.1:2001-04, 6.5.17: of ASCII, in which some write Latin-1.
    case "desc" where tag.count > 12:
      return PlainText.line(tag[12..<min(tag.count, 12 + Self.number(tag, at: 8))], maxBytes: Self.maxNameBytes)
    case "mluc": return Self.localised(tag).flatMap { PlainText.line($0, maxBytes: Self.maxNameBytes) }
    // Which the profiles of some screens have in place of the others.
    case "text": return PlainText.line(tag[8...], maxBytes: Self.maxNameBytes)
    default: return nil
    }
  }

  /// The English text, or the first (ICC.1:2022, 10.15).
  private static func localised(_ tag: [UInt8]) -> String? {
    guard tag.count >= 16 else { return nil }
    let records = (0..<min(number(tag, at: 8), (tag.count - 16) / 12)).map { 16 + 12 * $0 }
    guard let record = records.first(where: { tag[$0..<$0 + 2].elementsEqual("en".utf8) }) ?? records.first
    else { return nil }
    let (length, offset) = (number(tag, at: record + 4), number(tag, at: record + 8))
    guard offset + length <= tag.count else { return nil }
    // Two bytes a unit, and at most three bytes of UTF-8 for each: more units than these are cut again.
    let units = (0..<min(length / 2, maxNameBytes)).map {
      UInt16(tag[offset + 2 * $0]) << 8 | UInt16(tag[offset + 2 * $0 + 1])
    }
    return String(decoding: units, as: UTF16.self)
  }

  /// Four bytes, most significant first; `at + 4` lies inside.
  static func number(_ bytes: [UInt8], at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }

  private static func text(_ bytes: [UInt8], at: Int) -> String {
    String(decoding: bytes[at..<at + 4], as: UTF8.self)
  }
}
