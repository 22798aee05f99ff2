import AWSServices
import Testing

@Suite struct XMLParserTests {
  private func parse(_ text: String) throws -> XMLElement { try XMLParser.parse(Array(text.utf8)) }

  @Test func readsElementsTextAndReferences() throws {
    let root = try parse(
      """
      \u{FEFF}<?xml version="1.0" encoding="UTF-8"?>
      <!-- a <comment> -->
      <s3:List xmlns:s3='http://x' a = "1>2">
        <Key>a &amp; b&lt;c&gt;&#x1F600;&#10;&quot;&apos;</Key><Empty/><Key><![CDATA[<raw> & ]] >]]>!</Key >
      </s3:List>
      <!-- end -->
      """)
    #expect(root.name == "List")
    #expect(root.children.map(\.name) == ["Key", "Empty", "Key"])
    #expect(root.children.map(\.text) == ["a & b<c>😀\n\"'", "", "<raw> & ]] >!"])
  }

  @Test func escapesWhatItCanReadAgain() throws {
    let text = "a&b<c>\"d'\r\n\te\u{1}😀"
    #expect(try parse("<K>\(XMLElement.escape(text))</K>").text == text)
  }

  @Test(arguments: [
    "", " ", "text", "<", "<a", "<a>", "<a></b>", "</a>", "<a/><b/>", "<a/>x", "x<a/>", "<a><b></a></b>", "<a b></a>",
    "<a b=1/>", "<a b=\"<\"/>", "<a b=\"1/>", "<a b=\"1\"c=\"2\"/>", "<a>&lol;</a>", "<a>&</a>", "<a>&amp</a>",
    "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&#99999999999;</a>", "<a>&#x110000;</a>", "<!DOCTYPE a><a/>",
    "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "<a><!ENTITY b \"c\"></a>", "<a><!-- </a>",
    "<a><![CDATA[</a>", "<![CDATA[x]]><a/>", "<?xml", "<1/>", "<a><?x</a>", "< a/>",
  ])
  func refusesWhatIsNotWellFormed(text: String) {
    #expect(throws: XMLError.self) { try parse(text) }
  }

  @Test func refusesMoreThanAnyAnswerHas() throws {
    let deep = String(repeating: "<a>", count: 33) + String(repeating: "</a>", count: 33)
    #expect(throws: XMLError.self) { try parse(deep) }
    #expect(throws: XMLError.self) { try parse("<a>" + String(repeating: "<b/>", count: 100_000) + "</a>") }
    #expect(throws: XMLError.self) {
      try XMLParser.parse([0x3C, 0x61, 0x3E, 0xFF])
    }
  }

  @Test func everyCutAndEveryChangedByteEndsInAnAnswerOrAnError() throws {
    let bytes = Array("<a x='1'><!--c--><b>&#65;&amp;</b><![CDATA[d]]><?p q?></a>".utf8)
    for end in 0..<bytes.count { #expect(throws: XMLError.self) { try XMLParser.parse(Array(bytes[..<end])) } }
    var outcomes = 0
    for position in bytes.indices {
      for value in UInt8.min...UInt8.max {
        var changed = bytes
        changed[position] = value
        // Whatever comes of it, it comes without a crash.
        do {
          _ = try XMLParser.parse(changed)
          outcomes += 1
        } catch is XMLError { outcomes += 1 }
      }
    }
    #expect(outcomes == bytes.count * 256)
  }
}
