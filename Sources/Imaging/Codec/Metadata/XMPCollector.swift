/// A name with its namespace.
struct XMPName: Equatable {
  var namespace: String
  var local: String

  static let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  static let dublinCore = "http://purl.org/dc/elements/1.1/"
  static let rights = "http://ns.adobe.com/xap/1.0/rights/"
  static let exif = "http://ns.adobe.com/exif/1.0/"
  static let note = "http://ns.adobe.com/xmp/note/"
}

/// Puts the values that an XMP packet is read for together from its elements and attributes.
struct XMPCollector {
  private var texts: [String: (text: String, isDefault: Bool)] = [:]
  private var lists: [String: [String]] = [:]
  private var position = PositionText()
  private var isCut = false
  private var hasMoreNames = false

  /// Takes in the text of an element that ends, as one value of the property that it belongs to.
  mutating func end(_ name: XMPName, in path: [XMPName], text: [UInt8], isDefault: Bool) {
    if name.namespace == XMPName.exif { return position.add(name.local, text) }
    // A property of the picture itself, or an item in one: not what is said of pictures that it was made from.
    var owner = name
    var above = path[...]
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
    if name.namespace == XMPName.exif { return position.add(name.local, text) }
    guard isOfPicture(path[...]) else { return }
    add(name, text, isDefault: true)
  }

  private func isOfPicture(_ path: ArraySlice<XMPName>) -> Bool {
    path.suffix(2).elementsEqual(["RDF", "Description"].map { XMPName(namespace: XMPName.rdf, local: $0) })
  }

  private mutating func add(_ name: XMPName, _ bytes: [UInt8], isDefault: Bool) {
    let isWanted =
      switch (name.namespace, name.local) {
      case (XMPName.dublinCore, "creator"), (XMPName.dublinCore, "rights"), (XMPName.note, "HasExtendedXMP"),
        (XMPName.rights, "Owner"), (XMPName.rights, "UsageTerms"), (XMPName.rights, "WebStatement"),
        (XMPName.rights, "Marked"):
        true
      default: false
      }
    guard isWanted, let text = PlainText.line(bytes, maxBytes: SourceRights.maxTextBytes, isCut: &isCut) else { return }
    switch name.local {
    case "creator", "Owner":
      if lists[name.local]?.count ?? 0 < 20 {
        lists[name.local, default: []].append(text)
      } else {
        hasMoreNames = true
      }
    default:
      // Of several languages the default, otherwise the first.
      if let known = texts[name.local], known.isDefault || !isDefault { return }
      texts[name.local] = (text, isDefault)
    }
  }

  /// What has been collected.
  /// - Parameter isWhole: whether all of the packet was read
  func facts(isWhole: Bool) -> XMPReader.Facts {
    var isCut = isCut
    func list(_ name: String) -> String? {
      lists[name].flatMap {
        PlainText.line($0.joined(separator: "; "), maxBytes: SourceRights.maxTextBytes, isCut: &isCut)
      }
    }
    let (artist, owner) = (list("creator"), list("Owner"))
    return XMPReader.Facts(
      artist: artist, copyright: texts["rights"]?.text, usageTerms: texts["UsageTerms"]?.text,
      webStatement: texts["WebStatement"]?.text, marked: texts["Marked"]?.text, owner: owner,
      hasPosition: position.isPosition, extended: texts["HasExtendedXMP"]?.text, isWhole: isWhole, isCut: isCut,
      hasMoreNames: hasMoreNames)
  }
}
