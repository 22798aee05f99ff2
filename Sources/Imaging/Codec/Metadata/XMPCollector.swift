/// A name with its namespace.
struct XMPName: Equatable {
  var namespace: String
  var local: String

  static let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  static let dublinCore = "http://purl.org/dc/elements/1.1/"
  static let rights = "http://ns.adobe.com/xap/1.0/rights/"
  static let exif = "http://ns.adobe.com/exif/1.0/"
}

/// Puts the values that an XMP packet is read for together from its elements and attributes.
struct XMPCollector {
  private var texts: [String: (text: String, isDefault: Bool)] = [:]
  private var lists: [String: [String]] = [:]
  private var hasCoordinates = false
  private var hasNonzeroCoordinates = false
  private var hasFix = false

  /// Takes in the text of an element that ends, as one value of the property that it belongs to.
  mutating func end(_ name: XMPName, in path: [XMPName], text: [UInt8], isDefault: Bool) {
    if name.namespace == XMPName.exif { return position(name.local, text) }
    // A property of the picture itself, or an item in one: not what is said of pictures that it was made from.
    var owner = name
    var above = path
    while owner.namespace == XMPName.rdf, ["li", "Alt", "Seq", "Bag", "value", "Description"].contains(owner.local),
      let next = above.popLast()
    {
      owner = next
    }
    guard isOfPicture(above) else { return }
    add(owner, text, isDefault: isDefault)
  }

  /// Takes in an attribute of the element at the end of `path`.
  mutating func attribute(_ name: XMPName, in path: [XMPName], text: [UInt8]) {
    if name.namespace == XMPName.exif { return position(name.local, text) }
    guard isOfPicture(path) else { return }
    add(name, text, isDefault: true)
  }

  private func isOfPicture(_ path: [XMPName]) -> Bool {
    path.count >= 2 && path[path.count - 1] == XMPName(namespace: XMPName.rdf, local: "Description")
      && path[path.count - 2] == XMPName(namespace: XMPName.rdf, local: "RDF")
  }

  private mutating func add(_ name: XMPName, _ bytes: [UInt8], isDefault: Bool) {
    guard let text = PlainText.line(bytes, maxBytes: SourceRights.maxTextBytes) else { return }
    switch (name.namespace, name.local) {
    case (XMPName.dublinCore, "creator"), (XMPName.rights, "Owner"):
      if lists[name.local]?.count ?? 0 < 20 { lists[name.local, default: []].append(text) }
    case (XMPName.dublinCore, "rights"), (XMPName.rights, "UsageTerms"), (XMPName.rights, "WebStatement"),
      (XMPName.rights, "Marked"):
      // Of several languages the default, otherwise the first.
      if let known = texts[name.local], known.isDefault || !isDefault { return }
      texts[name.local] = (text, isDefault)
    default: break
    }
  }

  /// `exif:GPSLatitude` and its like, wherever they stand: in the picture's own properties or in a location of IPTC's.
  private mutating func position(_ name: String, _ text: [UInt8]) {
    let digits = text.contains { (0x31...0x39).contains($0) }
    switch name {
    case "GPSLatitude", "GPSLongitude":
      guard text.contains(where: { (0x30...0x39).contains($0) }) else { return }
      hasNonzeroCoordinates = hasNonzeroCoordinates || digits
      hasCoordinates = true
    case "GPSStatus": hasFix = hasFix || text.first == 0x41
    case "GPSAltitude", "GPSSatellites", "GPSMeasureMode", "GPSTimeStamp", "GPSDOP": hasFix = hasFix || digits
    default: break
    }
  }

  var facts: XMPReader.Facts {
    func list(_ name: String) -> String? {
      lists[name].flatMap { PlainText.line($0.joined(separator: "; "), maxBytes: SourceRights.maxTextBytes) }
    }
    return XMPReader.Facts(
      artist: list("creator"), copyright: texts["rights"]?.text, usageTerms: texts["UsageTerms"]?.text,
      webStatement: texts["WebStatement"]?.text, marked: texts["Marked"]?.text, owner: list("Owner"),
      hasPosition: hasCoordinates && (hasNonzeroCoordinates || hasFix))
  }
}
