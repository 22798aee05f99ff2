import Foundation
import ImageProcessing
import Testing

@Suite struct OutputKeysTests {
  private static let version = OutputKeys.version(rawETag: "0a", recipeID: "1b", processorVersion: "2c")

  @Test func areFlatAndCarryTheDayAndTheImagesID() {
    let keys = OutputKeys(
      bucket: "raw", key: "web/a b+ü.jpg", eventTime: Date(timeIntervalSince1970: 1_795_391_999))
    // printf %s 'raw/web/a b+ü.jpg' | sha256sum
    #expect(keys.imageID == "51b5a85ab1fdfe687f88f34f245f6823")
    #expect(keys.metadata == "metadata/dt=2026-11-22/\(keys.imageID).json")
    #expect(
      keys.image(rendition: "large", version: Self.version, fileExtension: "png")
        == "images/dt=2026-11-22/\(keys.imageID)/large-\(Self.version).png")
  }

  @Test func turnOverAtMidnightUTC() {
    let keys = OutputKeys(bucket: "raw", key: "a", eventTime: Date(timeIntervalSince1970: 1_795_392_000))
    #expect(keys.metadata.hasPrefix("metadata/dt=2026-11-23/"))
  }

  @Test(arguments: [
    "web/_DSC0001.JPG", ".hidden/a.jpg", "a", "a/b", "a//b", "/a", "web/dt=1/x.jpg", "a\nb", "..", "a/../b", "ü",
    "u\u{308}",
    String(repeating: "k", count: 1024), String(repeating: "写", count: 341),
  ])
  func holdNothingOfTheRawKeyThatAQueryOrAFolderCouldTripOver(key: String) throws {
    let keys = OutputKeys(bucket: "raw", key: key, eventTime: Date())
    #expect(keys.metadata.wholeMatch(of: /metadata\/dt=\d{4}-\d\d-\d\d\/[0-9a-f]{32}\.json/) != nil)
    let image = keys.image(rendition: "large", version: Self.version, fileExtension: "jpg")
    #expect(image.wholeMatch(of: /images\/dt=\d{4}-\d\d-\d\d\/[0-9a-f]{32}\/large-[0-9a-f]{12}\.jpg/) != nil)
  }

  @Test func differForKeysThatLookAlike() {
    let names = [
      ("raw", "a"), ("raw", "a/b"), ("raw", "ü"), ("raw", "u\u{308}"), ("raw", "A"), ("raw2", "a"),
      ("raw", String(repeating: "k", count: 1000) + "1"), ("raw", String(repeating: "k", count: 1000) + "2"),
    ]
    #expect(Set(names.map { OutputKeys.imageID(bucket: $0.0, key: $0.1) }).count == names.count)
  }

  @Test func changeWithTheETagTheRecipeAndTheRelease() {
    let parts = [("0a", "1b", "2c"), ("00", "1b", "2c"), ("0a", "00", "2c"), ("0a", "1b", "00"), ("0a1", "b", "2c")]
    let versions = parts.map { OutputKeys.version(rawETag: $0.0, recipeID: $0.1, processorVersion: $0.2) }
    #expect(Set(versions).count == parts.count)
  }
}
