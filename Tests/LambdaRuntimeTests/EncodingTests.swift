import LambdaRuntime
import Testing

@Suite("Base64", .timeLimit(.minutes(1)))
struct EncodingTests {
  // RFC 4648, 10.
  @Test(
    "text and bytes stand for each other",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
      ("foobar", "Zm9vYmFy"),
    ])
  func vectors(text: String, base64: String) {
    #expect(Base64.encode(Array(text.utf8)) == base64)
    #expect(Base64.decode(base64) == Array(text.utf8))
  }

  @Test(
    "what is no base64 is none",
    arguments: ["=", "====", "=AAA", "A===", "AA=A", "=A==", "AAA", "AAAAA", "AA A", "AAA%", "AA==AA=="])
  func refused(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
