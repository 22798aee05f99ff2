import Encodings
import Testing

@Suite struct TextLinesTests {
  @Test(
    "lines end as any system ends them",
    arguments: [
      ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b", ""]), ("a\rb", ["a", "b"]), ("a\n\r\n\rb", ["a", "", "", "b"]),
      ("", [""]), ("\n", ["", ""]), ("a\u{85}b\u{2028}c", ["a\u{85}b\u{2028}c"]),
    ])
  func ends(text: String, lines: [Substring]) { #expect(TextLines.split(text) == lines) }

  @Test("a byte order mark is none of the first line's")
  func byteOrderMark() {
    #expect(TextLines.split("\u{FEFF}a\nb") == ["a", "b"])
    #expect(TextLines.split("\u{FEFF}\u{301}a") == ["\u{301}a"])
    #expect(TextLines.split("a\n\u{FEFF}b") == ["a", "\u{FEFF}b"])
  }
}
