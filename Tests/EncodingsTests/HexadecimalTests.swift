import Encodings
import Testing

@Suite("Hexadecimal digits and percent-encoding", .timeLimit(.minutes(1)))
struct HexadecimalTests {
  @Test("bytes are written in lower-case digits, two a byte")
  func hexadecimal() {
    #expect(Hexadecimal.encode([]) == "")
    #expect(Hexadecimal.encode([0x00, 0x09, 0x0A, 0x9F, 0xF0, 0xFF]) == "00090a9ff0ff")
  }

  @Test("pairs of digits are read in either case, and nothing else is a digit: no sign, no space")
  func pairs() {
    #expect(Hexadecimal.decode("".utf8) == [])
    #expect(Hexadecimal.decode("00fFa9".utf8) == [0, 255, 169])
    for text in ["0", "+f", "-1", "0x", " 1", "f+", "fg", "12 "] { #expect(Hexadecimal.decode(text.utf8) == nil) }
  }

  @Test("a reference of XML is one of five names, or a number of digits that is a character's")
  func references() {
    let known: [String: Unicode.Scalar] = [
      "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "#65": "A", "#x41": "A", "#x1F600": "😀",
      "#0065": "A",
    ]
    for (name, character) in known { #expect(XMLReference.character(name.utf8) == character) }
    for name in [
      "", "#", "#x", "nbsp", "#0", "#x0", "#+65", "#x+41", "#-0", "#xD800", "#x110000", "#99999999999", "#6a", "#X41",
    ] {
      #expect(XMLReference.character(name.utf8) == nil, "\(name)")
    }
  }

  @Test(
    "a query, a path and a form each keep what is theirs",
    arguments: [
      ("a-b_c.d~e", "a-b_c.d~e", "a-b_c.d~e", "a-b_c.d%7Ee"), ("a b+c", "a%20b%2Bc", "a%20b%2Bc", "a+b%2Bc"),
      ("x/y", "x%2Fy", "x/y", "x/y"), ("é*%", "%C3%A9%2A%25", "%C3%A9%2A%25", "%C3%A9*%25"), ("", "", "", ""),
    ])
  func encoded(text: String, component: String, path: String, form: String) {
    #expect(PercentEncoding.component(text) == component)
    #expect(PercentEncoding.path(text) == path)
    #expect(PercentEncoding.formPath(text) == form)
    for encoded in [component, path] { #expect(PercentEncoding.decode(encoded, plusIsSpace: false) == text) }
    #expect(PercentEncoding.decode(form, plusIsSpace: true) == text)
  }

  @Test("digits are read in either case, and a plus is a space only where it is said to be")
  func decoded() {
    #expect(PercentEncoding.decode("%c3%A9+%2B", plusIsSpace: true) == "é +")
    #expect(PercentEncoding.decode("%c3%A9+%2B", plusIsSpace: false) == "é++")
  }

  @Test(
    "half an escape and what is not UTF-8 are refused", arguments: ["%", "%4", "%zz", "%4g", "%FF", "a%C3", "%%41"])
  func refused(text: String) {
    #expect(PercentEncoding.decode(text, plusIsSpace: false) == nil)
  }
}
