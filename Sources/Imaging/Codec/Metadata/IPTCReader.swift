/// Reads who made a picture out of IPTC-IIM records (IIM 4.2) and the Photoshop resources that JPEG files have them in.
///
/// Every length comes from the file: what does not fit into the block ends the reading.
enum IPTCReader {
  /// The data of resource 0x0404 (Adobe Photoshop File Formats, Image Resources).
  static func records(inPhotoshop bytes: [UInt8]) -> [UInt8] {
    var at = 0
    while at + 12 <= bytes.count, bytes[at..<at + 4].elementsEqual("8BIM".utf8) {
      let identifier = Int(bytes[at + 4]) << 8 | Int(bytes[at + 5])
      // A Pascal string, filled up to an even length.
      let data = at + 6 + (Int(bytes[at + 6]) + 2) & ~1
      guard data + 4 <= bytes.count else { break }
      let size = bytes[data..<data + 4].reduce(0) { $0 << 8 | Int($1) }
      guard size <= bytes.count - data - 4 else { break }
      if identifier == 0x0404 { return Array(bytes[data + 4..<data + 4 + size]) }
      at = data + 4 + (size + 1) & ~1
    }
    return []
  }

  /// By-line (2:80) and copyright notice (2:116).
  static func statement(_ bytes: [UInt8]) -> SourceRights.Statement {
    var (at, artists, copyright) = (0, [String](), String?.none)
    while at + 5 <= bytes.count, bytes[at] == 0x1C {
      let dataset = (bytes[at + 1], bytes[at + 2])
      let length = Int(bytes[at + 3]) << 8 | Int(bytes[at + 4])
      at += 5
      // An extended length is for pictures inside the record, not for text.
      guard length < 0x8000, length <= bytes.count - at else { break }
      if dataset.0 == 2 {
        let text = PlainText.line(bytes[at..<at + length], maxBytes: SourceRights.maxTextBytes / 2)
        // 1:90 names the coding, which writers forget: what is UTF-8 can hardly be anything else.
        if dataset.1 == 80, artists.count < 20, let text { artists.append(text) }
        if dataset.1 == 116 { copyright = copyright ?? text }
      }
      at += length
    }
    return SourceRights.Statement(
      artist: PlainText.line(artists.joined(separator: "; "), maxBytes: SourceRights.maxTextBytes), copyright: copyright
    )
  }
}
