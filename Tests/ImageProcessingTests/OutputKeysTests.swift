import Foundation
import ImageProcessing
import Testing

@Suite struct OutputKeysTests {
  @Test func carryTheDayTheRawKeyAndTheETag() {
    let keys = OutputKeys(rawKey: "web/a b+ü.jpg", eventTime: Date(timeIntervalSince1970: 1_795_391_999))
    #expect(keys.metadata == "metadata/dt=2026-11-22/web/a b+ü.jpg.json")
    #expect(
      keys.image(rendition: "large", rawETag: "0123456789abcdef", fileExtension: "png")
        == "images/dt=2026-11-22/web/a b+ü.jpg/large-01234567.png")
  }

  @Test func turnOverAtMidnightUTC() {
    let keys = OutputKeys(rawKey: "a", eventTime: Date(timeIntervalSince1970: 1_795_392_000))
    #expect(keys.metadata == "metadata/dt=2026-11-23/a.json")
  }

  @Test(arguments: [1, 900, 901, 1024])
  func stayWithinS3sLengthOfKeys(length: Int) {
    for letter in ["a", "é", "写"] {
      let rawKey = String(repeating: letter, count: length / letter.utf8.count)
      let name = String(repeating: "n", count: 32)
      let keys = OutputKeys(rawKey: rawKey, eventTime: Date())
      #expect(keys.metadata.utf8.count <= 1024)
      #expect(keys.image(rendition: name, rawETag: "0123456789", fileExtension: "jpg").utf8.count <= 1024)
    }
  }

  @Test func differForLongKeysThatDifferAtTheEnd() {
    let long = String(repeating: "k", count: 1000)
    let one = OutputKeys(rawKey: long + "1", eventTime: Date())
    let other = OutputKeys(rawKey: long + "2", eventTime: Date())
    #expect(one.metadata != other.metadata)
  }
}
