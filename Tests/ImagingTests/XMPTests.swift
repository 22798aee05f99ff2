import Testing

@testable import Imaging

@Suite("XMP")
struct XMPTests {
  static func packet(_ description: String) -> String {
    """
    <?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><!-- made by hand --><x:xmpmeta xmlns:x='adobe:ns:meta/'>
    <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:d='http://purl.org/dc/elements/1.1/'
      xmlns:e='http://ns.adobe.com/exif/1.0/' xmlns:l='http://iptc.org/std/Iptc4xmpExt/2008-02-29/'
      xmlns:r='http://ns.adobe.com/xap/1.0/rights/'>\(description)</rdf:RDF></x:xmpmeta><?xpacket end='w'?>
    """
  }

  private func facts(_ description: String) -> XMPReader.Facts { XMPReader.facts(Array(Self.packet(description).utf8)) }

  @Test("tells artists and copyright, as elements and as attributes, in the default language")
  func rights() {
    let elements = facts(
      """
      <rdf:Description><d:creator><rdf:Seq><rdf:li>Ada &amp; Söhne</rdf:li><rdf:li>B &#x42;</rdf:li></rdf:Seq></d:creator>
      <d:rights><rdf:Alt><rdf:li xml:lang='de'>Alle Rechte</rdf:li><rdf:li xml:lang='x-default'><![CDATA[© A < B]]></rdf:li>
      </rdf:Alt></d:rights><r:Marked>True</r:Marked></rdf:Description>
      """)
    #expect(elements.artist == "Ada & Söhne; B B" && elements.copyright == "© A < B" && elements.marked == "True")
    let attributes = facts(
      "<rdf:Description d:rights='© A' d:creator=\"O'N\" r:WebStatement='https://a.example/?a&amp;b'/>")
    #expect(attributes.artist == "O'N" && attributes.copyright == "© A")
    #expect(attributes.webStatement == "https://a.example/?a&b")
  }

  @Test("of a picture that another was made from does not count")
  func ingredients() {
    let nested = facts(
      "<rdf:Description><l:Pantry><rdf:Bag><rdf:li><rdf:Description d:rights='B'/></rdf:li></rdf:Bag></l:Pantry>"
        + "</rdf:Description>")
    #expect(nested.copyright == nil)
  }

  @Test("is read in UTF-16 too")
  func utf16() {
    let units = Self.packet("<rdf:Description d:rights='©'/>").utf16
    let bytes: [UInt8] = [0xFE, 0xFF] + units.flatMap { unit in [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
    #expect(XMPReader.facts(bytes).copyright == "©")
  }

  @Test("a prefix is what the innermost element says, and behind that what it was before")
  func prefixes() {
    let found = facts(
      "<rdf:Description xmlns:a='b'><a:c xmlns:d='elsewhere' xmlns:a='http://purl.org/dc/elements/1.1/'>"
        + "<d:rights>no</d:rights></a:c><a:creator>no</a:creator><d:rights>yes</d:rights></rdf:Description>")
    #expect(found == XMPReader.Facts(copyright: "yes"))
  }

  @Test("however many packets a file has, no more of them is read than of two")
  func manyPackets() {
    let space = [UInt8](repeating: 0x20, count: XMPReader.maxPacketBytes - 2000)
    let packet = Array(Self.packet("<rdf:Description/>").utf8) + space
    var rights = SourceRights()
    for _ in 0..<2 { rights.read(xmp: packet) }
    #expect(rights.omissions == [])
    rights.read(xmp: packet + Array(Self.packet("<rdf:Description d:rights='x'/>").utf8))
    #expect(rights.copyright == nil && rights.omissions == [.brokenXMP])
  }

  @Test("with a document type, endless nesting or cut anywhere is left alone")
  func hostile() {
    let bomb = "<!DOCTYPE a [<!ENTITY b 'bbb'>]>" + Self.packet("<rdf:Description d:rights='&b;'/>")
    #expect(XMPReader.facts(Array(bomb.utf8)) == XMPReader.Facts(isWhole: false))
    #expect(facts("<rdf:Description d:rights='&b;'/>").copyright == "&b;")
    #expect(facts("<rdf:Description d:rights='&#+65;&#x+41;&#65;'/>").copyright == "&#+65;&#x+41;A")
    let deep = String(repeating: "<a>", count: 100_000)
    #expect(facts(deep + "<rdf:Description d:rights='x'/>") == XMPReader.Facts(isWhole: false))
    let whole = Array(Self.packet("<rdf:Description d:rights='x'><d:creator>y</d:creator></rdf:Description>").utf8)
    #expect(XMPReader.facts(whole).isWhole)
    func place(_ text: String) -> Int { whole.indices.first { whole[$0...].starts(with: text.utf8) } ?? 0 }
    for count in place("<x:xmpmeta") + 1..<place("</x:xmpmeta>") + "</x:xmpmeta>".utf8.count {
      #expect(!XMPReader.facts(Array(whole[..<count])).isWhole, "cut at \(count)")
    }
    for tail in ["<", "</", "<a", "<a b", "<a b=", "<a b='", "<!--", "<![CDATA[", "<?", "</a>", "</a></a></a></a>"] {
      _ = XMPReader.facts(whole + Array(tail.utf8))
      _ = XMPReader.facts(Array(tail.utf8))
    }
  }
}
