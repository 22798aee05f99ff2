/// Reads who made a picture out of IPTC-IIM records (IIM 4.2), and those out of the Photoshop resources that JPEG files
/// have them in.
///
/// Every length comes from the file: what does not fit into the block ends the reading.
struct IPTCReader {
  /// By-line (2:80) and copyright notice (2:116).
  private(set) var statement = SourceRights.Statement()
  private(set) var omissions: [SourceRights.Omission] = []
  private var coding = Coding.unnamed

  /// What 1:90 says of all text in record 2 (IIM 4.2, 1:90; ISO 2022).
  private enum Coding {
    /// Writers forget it: what is UTF-8 can hardly be anything else, and older writers mean Latin-1.
    case unnamed
    case utf8
    case latin1
    case other

    /// - Parameter escapes: sequences that designate sets of characters
    init(_ escapes: ArraySlice<UInt8>) {
      let sets = escapes.split(separator: 0x1B).map { String(decoding: $0, as: UTF8.self) }
      self =
        if sets.contains(where: { ["%G", "%/G", "%/H", "%/I"].contains($0) }) {
          .utf8
        } else if sets.isEmpty || sets.allSatisfy({ ["-A", ".A", "/A", "(B", "(@"].contains($0) }) {
          sets.isEmpty ? .unnamed : .latin1
        } else {
          .other
        }
    }

    /// Nil for text that cannot be told.
    func decode(_ bytes: ArraySlice<UInt8>) -> String? {
      switch self {
      case .unnamed: PlainText.decode(bytes)
      // Cut inside a character by writers who keep to IIM's lengths.
      case .utf8: String(decoding: bytes, as: UTF8.self)
      case .latin1: String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
      case .other: bytes.allSatisfy { $0 < 0x80 } ? String(decoding: bytes, as: UTF8.self) : nil
      }
    }
  }

  init(_ bytes: [UInt8]) {
    var (at, artists) = (0, [String]())
    while at + 5 <= bytes.count, bytes[at] == 0x1C {
      let dataset = (bytes[at + 1], bytes[at + 2])
      let length = Int(bytes[at + 3]) << 8 | Int(bytes[at + 4])
      // An extended length is for pictures inside the record, not for text.
      guard length < 0x8000, length <= bytes.count - at - 5 else { break }
      let content = bytes[at + 5..<at + 5 + length]
      at += 5 + length
      switch dataset {
      case (1, 90): coding = Coding(content)
      case (2, 80):
        guard let text = text(content) else { continue }
        if artists.count < 20 { artists.append(text) } else { omissions.append(.manyArtists) }
      case (2, 116): statement.copyright = statement.copyright ?? text(content)
      default: break
      }
    }
    // Padding may follow.
    if bytes[at...].contains(where: { $0 != 0 }) { omissions.append(.brokenIPTC) }
    statement.artist = line(artists.joined(separator: "; "))
  }

  private mutating func text(_ content: ArraySlice<UInt8>) -> String? {
    guard let text = coding.decode(content.prefix { $0 != 0 }) else {
      omissions.append(.characterSet)
      return nil
    }
    return line(text)
  }

  private mutating func line(_ text: String) -> String? {
    var isCut = false
    defer { if isCut { omissions.append(.longText) } }
    return PlainText.line(text, maxBytes: SourceRights.maxTextBytes, isCut: &isCut)
  }

  /// The data of resource 0x0404 (Adobe Photoshop File Formats, Image Resources), empty where there is none, and
  /// whether the resources up to it can be read.
  static func records(inPhotoshop bytes: [UInt8]) -> (records: [UInt8], isWhole: Bool) {
    var at = 0
    // The others are of Adobe's other programs.
    let signatures = ["8BIM", "PHUT", "DCSR", "AgHg", "MeSa"].map { Array($0.utf8) }
    while at + 12 <= bytes.count, signatures.contains(Array(bytes[at..<at + 4])) {
      let identifier = Int(bytes[at + 4]) << 8 | Int(bytes[at + 5])
      // A Pascal string, filled up to an even length.
      let data = at + 6 + (Int(bytes[at + 6]) + 2) & ~1
      guard data + 4 <= bytes.count else { break }
      let size = bytes[data..<data + 4].reduce(0) { $0 << 8 | Int($1) }
      guard size <= bytes.count - data - 4 else { break }
      if identifier == 0x0404, bytes[at] == 0x38 { return (Array(bytes[data + 4..<data + 4 + size]), true) }
      at = data + 4 + (size + 1) & ~1
    }
    return ([], bytes.dropFirst(at).allSatisfy { $0 == 0 })
  }
}
