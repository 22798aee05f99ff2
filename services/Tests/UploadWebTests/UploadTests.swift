import FoundationEssentials
import ServiceSupport
import Testing

@testable import UploadWeb

@Suite struct UploadTests {
  @Test(
    "a client's name becomes the last part of a key, whatever it is",
    arguments: [
      ("photo.jpg", "photo.jpg"), ("../../etc/passwd", "passwd"), (#"C:\a\b.png"#, "b.png"), ("a b.jpg", "a_b.jpg"),
      ("<b>&.jpg", "b__.jpg"), ("\u{202E}gpj.exe", "gpj.exe"), ("фото é.jpg", "фото_é.jpg"), ("", "image"),
      ("...", "image"), (".hidden", "hidden"), ("a\r\nb", "a__b"), ("😀.png", "png"),
    ])
  func safeName(name: String, safe: String) { #expect(SafeName.make(from: name) == safe) }

  @Test("a name that is too long keeps its extension, and never half a character")
  func longName() {
    let safe = SafeName.make(from: String(repeating: "é", count: 300) + ".jpeg")
    #expect(safe.utf8.count <= 150)
    #expect(safe.hasSuffix("é.jpeg"))
  }

  @Test("keys are made by day, and no two are the same")
  func keys() {
    let now = Date(timeIntervalSince1970: 1_772_409_600)
    let one = UploadKey(name: "a/b.jpg", bucket: "raw", at: now)
    #expect(one.key.hasPrefix("web/2026/03/02/"))
    #expect(one.key.hasSuffix("/b.jpg"))
    #expect(one != UploadKey(name: "a/b.jpg", bucket: "raw", at: now))
  }

  @Test(
    "a file's kind is told by its first bytes",
    arguments: [
      ([0xFF, 0xD8, 0xFF, 0xE0], nil), ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], nil),
      (Array("\0\0\0\u{18}ftypheic".utf8), "HEIC"), (Array("GIF89a".utf8), "GIF"), (Array(" \n<svg".utf8), "SVG"),
      (Array("RIFF1234WEBP".utf8), "WebP"), ([0xFF], "not a JPEG"),
    ] as [([UInt8], String?)])
  func kinds(bytes: [UInt8], refusal: String?) {
    let said = FileKind(bytes).refusal
    #expect(refusal.map { said?.contains($0) == true } ?? (said == nil))
  }
}

@Suite struct FormTests {
  @Test("a form that broke off is answered with what is stored, and with why it broke off")
  func brokenOff() throws {
    struct Lost: Error {}
    let stored = UploadResult(name: "a.jpg", stored: true, imageID: "1", key: "web/a.jpg")
    let refused = UploadResult.refused("b.gif", "unsupported_format", "This is a GIF picture.")
    let told = try UploadResult.brokenOff([stored, refused], at: "c.jpg", by: UploadApplication.noRoom)
    #expect(told.map(\.name) == ["a.jpg", "b.gif", "c.jpg"])
    #expect(told.map(\.stored) == [true, false, false])
    #expect(told.last?.error?.code == "not_stored")
    #expect(try UploadResult.brokenOff([stored], at: "c.jpg", by: Lost()).last?.error?.code == "internal")
    #expect(throws: Lost.self) { try UploadResult.brokenOff([refused], at: "c.jpg", by: Lost()) }
  }
}

@Suite struct ByteRangeTests {
  @Test(
    "ranges are those of RFC 9110",
    arguments: [
      (nil, .whole), ("bytes=0-", .part(0..<10)), ("bytes=2-4", .part(2..<5)), ("bytes=8-99", .part(8..<10)),
      ("bytes=-3", .part(7..<10)), ("bytes=-99", .part(0..<10)), ("bytes=-0", .unsatisfiable),
      ("bytes=10-", .unsatisfiable), ("bytes=4-2", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole),
      ("bytes=0-1,4-5", .whole), ("lines=0-1", .whole), ("bytes=99999999999999999999-", .unsatisfiable),
      ("bytes=0-99999999999999999999", .part(0..<10)),
    ] as [(String?, ByteRange)])
  func ranges(header: String?, range: ByteRange) { #expect(ByteRange(header, size: 10) == range) }

  @Test("of nothing there is no part")
  func empty() {
    #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
    #expect(ByteRange("bytes=-1", size: 0) == .unsatisfiable)
    #expect(ByteRange(nil, size: 0) == .whole)
  }
}
