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

  /// What is not read of a file's metadata, or not all of it, in sentences for a person.
  enum Omission: String, CaseIterable {
    case longText = "a text about the picture's rights is over 24,000 bytes: the rest of it is left out"
    case manyArtists = "more than 20 artists: the others are left out"
    case brokenExif = "an Exif block that cannot be read, or not all of it"
    case brokenXMP = "an XMP packet that cannot be read to its end"
    case partsOfXMP = "parts of extended XMP are missing: it is left out"
    case foreignXMP = "extended XMP that does not belong to the picture's own XMP: it is left out"
    case brokenIPTC = "IPTC records that cannot be read to their end"
    case characterSet = "IPTC text in a character set that is not read: it is left out"
    case manyTexts = "text chunks that cannot be read, or are too many or too large"
    case lateRights = "artist and copyright stand behind the picture data: renditions are without them"
    case lateOrientation = "an orientation that stands behind the picture data: it is not applied"
  }

  /// Bytes of an artist or a notice that are kept; longer ones are cut, with an ellipsis.
  static let maxTextBytes = 24_000

  var exif = Statement()
  var xmp = XMPReader.Facts()
  var iptc = Statement()
  var chunks = Statement()
  /// Whether there is an XMP packet.
  var hasXMP = false
  /// Positions in texts that are not XMP.
  var positionTexts = PositionText()
  private(set) var omissions: [Omission] = []
  private var hasPositionInBlock = false
  /// Bytes of XMP that are still read: a file can have any number of packets.
  private var roomForXMP = 2 * XMPReader.maxPacketBytes

  /// Whether a block tells a position.
  var hasPosition: Bool { hasPositionInBlock || positionTexts.isPosition }

  var artist: String? { exif.artist ?? xmp.artist ?? iptc.artist ?? chunks.artist }
  var copyright: String? { exif.copyright ?? xmp.copyright ?? iptc.copyright ?? chunks.copyright }

  /// Notes something that is left out, once.
  mutating func omit(_ omission: Omission, if isLeftOut: Bool = true) {
    if isLeftOut && !omissions.contains(omission) { omissions.append(omission) }
  }

  /// Takes in an XMP packet.
  mutating func read(xmp packet: [UInt8]) {
    hasXMP = true
    let facts = XMPReader.facts(packet, most: roomForXMP)
    roomForXMP = max(0, roomForXMP - packet.count)
    hasPositionInBlock = hasPositionInBlock || facts.hasPosition
    xmp.fill(from: facts)
    omit(.longText, if: facts.isCut)
    omit(.manyArtists, if: facts.hasMoreNames)
    omit(.brokenXMP, if: !facts.isWhole)
  }

  /// Takes in the parts of XMP that is too long for a segment, once all of them and the packet itself have come.
  mutating func read(_ parts: ExtendedXMP, _ bytes: (Range<Int>) -> [UInt8]) {
    if let name = xmp.extended {
      let packet = parts.packet(name, bytes)
      omit(.partsOfXMP, if: packet == nil)
      if let packet { read(xmp: packet) }
    }
    omit(.foreignXMP, if: parts.hasOther(than: xmp.extended))
  }

  /// Takes in image resources of Photoshop, which IPTC-IIM stands in.
  mutating func read(photoshop bytes: [UInt8]) {
    let (records, isWhole) = IPTCReader.records(inPhotoshop: bytes)
    omit(.brokenIPTC, if: !isWhole)
    read(iptc: records)
  }

  /// Takes in IPTC-IIM records.
  mutating func read(iptc bytes: [UInt8]) {
    let found = IPTCReader(bytes)
    iptc.artist = iptc.artist ?? found.statement.artist
    iptc.copyright = iptc.copyright ?? found.statement.copyright
    for omission in found.omissions { omit(omission) }
  }

  /// Takes in an EXIF block.
  mutating func read(exif reader: ExifReader) {
    var isCut = false
    let (artist, copyright) = (reader.entry(.artist, in: reader.main), reader.entry(.copyright, in: reader.main))
    exif.artist =
      exif.artist ?? artist.flatMap { PlainText.line($0.bytes, maxBytes: Self.maxTextBytes, isCut: &isCut) }
    // Photographer and editor, with a NUL between them; a space stands for one that is not named (EXIF 2.32,
    // Copyright).
    let parts = copyright?.bytes.split(separator: 0, maxSplits: 2) ?? []
    let notices = parts.prefix(2).compactMap { PlainText.line($0, maxBytes: Self.maxTextBytes, isCut: &isCut) }
    exif.copyright =
      exif.copyright ?? PlainText.line(notices.joined(separator: "; "), maxBytes: Self.maxTextBytes, isCut: &isCut)
    hasPositionInBlock = hasPositionInBlock || reader.hasPosition
    omit(.longText, if: isCut)
    omit(.brokenExif, if: !reader.isWhole)
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
