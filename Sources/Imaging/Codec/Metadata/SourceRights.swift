/// Whose picture it is, put together from the blocks of a file that say so, and whether one of them tells a position.
///
/// Where blocks contradict each other, the order is that of the Metadata Working Group's guidelines (2.0, chapter 5):
/// EXIF, then XMP, then IPTC-IIM, and last the text chunks of a PNG. Each value comes from the first that has it.
struct SourceRights {
  /// What one block says.
  struct Statement {
    /// Several are set apart by semicolons, as the guidelines have it.
    var artist: String?
    var copyright: String?
  }

  /// Bytes of an artist or a notice that are kept; longer ones are cut, with an ellipsis.
  static let maxTextBytes = 24_000

  var exif = Statement()
  var xmp = XMPReader.Facts()
  var iptc = Statement()
  var chunks = Statement()
  /// Whether there is an XMP packet.
  var hasXMP = false
  /// Whether a block beside the one that is read for everything else tells a position.
  var hasPosition = false

  var artist: String? { exif.artist ?? xmp.artist ?? iptc.artist ?? chunks.artist }
  var copyright: String? { exif.copyright ?? xmp.copyright ?? iptc.copyright ?? chunks.copyright }

  /// Takes in an XMP packet.
  mutating func read(xmp packet: [UInt8]) {
    hasXMP = true
    let facts = XMPReader.facts(packet)
    hasPosition = hasPosition || facts.hasPosition
    xmp.fill(from: facts)
  }

  /// Takes in image resources of Photoshop, which IPTC-IIM stands in.
  mutating func read(photoshop bytes: [UInt8]) { read(iptc: IPTCReader.records(inPhotoshop: bytes)) }

  /// Takes in IPTC-IIM records.
  mutating func read(iptc bytes: [UInt8]) {
    let found = IPTCReader.statement(bytes)
    iptc.artist = iptc.artist ?? found.artist
    iptc.copyright = iptc.copyright ?? found.copyright
  }

  /// Takes in an EXIF block.
  mutating func read(exif reader: ExifReader) {
    let (artist, copyright) = (reader.entry(.artist, in: reader.main), reader.entry(.copyright, in: reader.main))
    exif.artist = exif.artist ?? artist.flatMap { PlainText.line($0.bytes, maxBytes: Self.maxTextBytes) }
    // Photographer and editor, with a NUL between them; a space stands for one that is not named (EXIF 2.32,
    // Copyright).
    let parts = copyright?.bytes.split(separator: 0, maxSplits: 2) ?? []
    let notices = parts.prefix(2).compactMap { PlainText.line($0, maxBytes: Self.maxTextBytes) }
    exif.copyright =
      exif.copyright ?? PlainText.line(notices.joined(separator: "; "), maxBytes: Self.maxTextBytes)
    hasPosition = hasPosition || reader.hasPosition
  }

  /// What the header says of them.
  func complete(_ summary: ExifSummary?) -> ExifSummary? {
    guard summary != nil || artist != nil || copyright != nil || hasPosition else { return nil }
    var summary = summary ?? ExifSummary()
    summary.artist = artist.flatMap { PlainText.line($0, maxBytes: 1000) }
    summary.copyright = copyright.flatMap { PlainText.line($0, maxBytes: 1000) }
    summary.hasGPS = summary.hasGPS || hasPosition
    return summary
  }
}
