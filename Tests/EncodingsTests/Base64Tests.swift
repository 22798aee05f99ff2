import Encodings
import Testing

@Suite("Base64", .timeLimit(.minutes(1)))
struct Base64Tests {
  // RFC 4648, 10; and bytes of which every digit of the alphabet is made.
  @Test(
    "text and bytes stand for each other",
    arguments: [
      ([], ""), (Array("f".utf8), "Zg=="), (Array("fo".utf8), "Zm8="), (Array("foo".utf8), "Zm9v"),
      (Array("foob".utf8), "Zm9vYg=="), (Array("fooba".utf8), "Zm9vYmE="), (Array("foobar".utf8), "Zm9vYmFy"),
      ([0xFB, 0xEF, 0xFF], "++//"),
    ] as [([UInt8], String)])
  func vectors(bytes: [UInt8], base64: String) {
    #expect(Base64.encode(bytes) == base64)
    #expect(Base64.decode(base64) == bytes)
  }

  @Test("every byte in every place is read as it was written")
  func roundTrip() {
    for byte in UInt8.min...UInt8.max {
      for bytes in [[byte], [0, byte], [0, 0xFF, byte]] { #expect(Base64.decode(Base64.encode(bytes)) == bytes) }
    }
  }

  @Test(
    "what is not base64 is refused",
    arguments: [
      "=", "====", "=AAA", "A===", "AA=A", "=A==", "AAA", "AAAAA", "AA A", "AAA%", "AA==AA==", "AA-_", "AAA\n",
    ])
  func refused(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
