import Testing

@testable import Reporting

@Suite("A text of JSON")
struct JSONScannerTests {
  private func isJSON(_ bytes: [UInt8]) -> Bool {
    var scanner = JSONScanner(bytes)
    do {
      let value = try scanner.value()
      try scanner.skipContents(of: value)
      try scanner.end()
      return true
    } catch { return false }
  }

  @Test(
    "is gone through to its end where it is right",
    arguments: [
      "{}", "[]", " [ 1 , 2 ] ", "{\"a\" : {\"b\":[{}, [], null, true, false]}}", "\"\"", "0", "-0.5e+10", "1E-7", "10",
      "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE80\"", "\"é 🚀 \u{7F}\"", "\t\r\n null",
    ])
  func right(_ text: String) { #expect(isJSON(Array(text.utf8))) }

  @Test(
    "is refused where a strict reader would refuse it",
    arguments: [
      "", " ", "{", "}", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
      "{'a':1}", "{1:1}", "{\"a\":1 \"b\":2}", "[1}", "{\"a\":1]", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x10",
      "- 1",
      "nul", "True", "NaN", "Infinity", "1 1", "{} x", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
      "\"a\nb\"",
      "\"\t\"", "\"\u{0}\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800\\\"", "\"\\ud800\\ud800\"",
      "// a\n1", "\u{FEFF}{}",
    ])
  func wrong(_ text: String) { #expect(!isJSON(Array(text.utf8))) }

  @Test("is refused where its bytes are not UTF-8", arguments: [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80]])
  func encoding(_ bytes: [UInt8]) { #expect(!isJSON([0x22] + bytes + [0x22])) }

  @Test("may be nested as deep as no row is, and no deeper")
  func deep() {
    func brackets(_ count: Int) -> String {
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(isJSON(Array(brackets(512).utf8)))
    #expect(!isJSON(Array(brackets(513).utf8)) && !isJSON(Array(brackets(1 << 20).utf8)))
  }

  @Test("gives its texts with their escapes resolved")
  func escapes() throws {
    var scanner = JSONScanner(Array("\"a\\n\\u00e9\\ud83d\\ude80\\/\"".utf8))
    guard case .text(let text) = try scanner.value() else { return #expect(Bool(false), "no text") }
    #expect(scanner.string(text) == "a\né🚀/")
  }

  @Test("cut anywhere is refused and reads nothing beyond its end")
  func cut() {
    let text = Array("{\"a\":[1.5e3,\"\\ud83d\\ude80 é\",true,null],\"b\":{\"c\":-2}}".utf8)
    #expect(isJSON(text))
    for count in text.indices { #expect(!isJSON(Array(text[..<count])), "\(count) bytes") }
  }
}
