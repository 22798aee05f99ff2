/// Writes the XMP packet of a rendition, from a list of properties: nothing else of the source's packet comes along.
enum XMPWriter {
  /// What fits into one segment of a JPEG, less its name (XMP Specification, part 3, 1.1.3).
  static let maxPacketBytes = 65_502

  /// The rights that EXIF cannot hold: text that is not ASCII, and properties of `xmpRights`.
  ///
  /// Empty for none; and what is left out of them, in sentences for a person.
  static func packet(_ rights: SourceRights) -> (bytes: [UInt8], omissions: [String]) {
    let facts = rights.xmp
    let isPlain = [rights.artist, rights.copyright].allSatisfy { $0?.utf8.allSatisfy { $0 < 0x80 } ?? true }
    let extras = [facts.usageTerms, facts.webStatement, facts.marked, facts.owner]
    guard !isPlain || extras.contains(where: { $0 != nil }) else { return ([], []) }
    let tooLong = "XMP of the picture's rights does not fit into one segment: "
    let choices: [(kept: [String?], leftOut: String?)] = [
      (extras, nil), ([nil, facts.webStatement, facts.marked, nil], "usage terms and owner are left out"),
      ([], "usage terms, owner and the statement on the web are left out"),
    ]
    // The dearest goes first where all of it is too long for a segment.
    for (kept, leftOut) in choices {
      let packet = Array(text(rights.artist, rights.copyright, kept).utf8)
      if packet.count <= maxPacketBytes { return (packet, leftOut.map { [tooLong + $0] } ?? []) }
    }
    return ([], [tooLong + "it is left out"])
  }

  private static func text(_ artist: String?, _ copyright: String?, _ extras: [String?]) -> String {
    func property(_ name: String, _ value: String?, in list: String?) -> String {
      guard let value else { return "" }
      let text = XMPText.escaped(value)
      switch list {
      case "Alt": return "<\(name)><rdf:Alt><rdf:li xml:lang=\"x-default\">\(text)</rdf:li></rdf:Alt></\(name)>"
      case let list?: return "<\(name)><rdf:\(list)><rdf:li>\(text)</rdf:li></rdf:\(list)></\(name)>"
      case nil: return "<\(name)>\(text)</\(name)>"
      }
    }
    func extra(_ index: Int) -> String? { extras.indices.contains(index) ? extras[index] : nil }
    return """
      <?xpacket begin="\u{FEFF}" id="W5M0MpCehiHzreSzNTczkc9d"?>\
      <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="\(XMPName.rdf)">\
      <rdf:Description rdf:about="" xmlns:dc="\(XMPName.dublinCore)" xmlns:xmpRights="\(XMPName.rights)">\
      \(property("dc:creator", artist, in: "Seq"))\(property("dc:rights", copyright, in: "Alt"))\
      \(property("xmpRights:UsageTerms", extra(0), in: "Alt"))\
      \(property("xmpRights:WebStatement", extra(1), in: nil))\(property("xmpRights:Marked", extra(2), in: nil))\
      \(property("xmpRights:Owner", extra(3), in: "Bag"))\
      </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>
      """
  }
}
