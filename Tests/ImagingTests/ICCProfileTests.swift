import Testing

@testable import Imaging

@Suite("ICC profiles")
struct ICCProfileTests {
  private static func number(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

  /// A profile with one tag, `desc`.
  static func profile(description: [UInt8]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 128) + number(1) + Array("desc".utf8) + number(144)
    bytes += number(description.count) + description
    bytes.replaceSubrange(0..<4, with: number(bytes.count))
    bytes.replaceSubrange(12..<24, with: Array("mntrRGB XYZ ".utf8))
    bytes.replaceSubrange(36..<40, with: Array("acsp".utf8))
    return bytes
  }

  /// Of version 2 (ICC.1:2001-04, 6.5.17).
  static func ascii(_ text: [UInt8]) -> [UInt8] {
    Array("desc".utf8) + number(0) + number(text.count + 1) + text + [0] + [UInt8](repeating: 0, count: 78)
  }

  /// Of version 4 (ICC.1:2022, 10.15).
  static func localised(_ texts: [(language: String, text: String)]) -> [UInt8] {
    var tag = Array("mluc".utf8) + number(0) + number(texts.count) + number(12)
    var strings: [UInt8] = []
    for (language, text) in texts {
      let units = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
      tag += Array(language.utf8) + number(units.count) + number(16 + 12 * texts.count + strings.count)
      strings += units
    }
    return tag + strings
  }

  @Test("have the name that their description gives, in English where there is a choice")
  func name() {
    let old = Self.ascii(Array("Adobe RGB (1998)".utf8))
    #expect(ICCProfile(Self.profile(description: old))?.name == "Adobe RGB (1998)")
    let texts = [("deDE", "Farbraum"), ("enUS", "Display P3"), ("frFR", "Écran")]
    #expect(ICCProfile(Self.profile(description: Self.localised(texts)))?.name == "Display P3")
    #expect(ICCProfile(Self.profile(description: Self.localised([("frFR", "Écran 🎨")])))?.name == "Écran 🎨")
  }

  @Test("have a name of one line without control characters, and of 200 bytes at most")
  func sanitised() throws {
    let latin = Array("Profil ".utf8) + [0xE9, 0x1B, 0x5B, 0x09, 0x41, 0x7F, 0x0A]
    #expect(ICCProfile(Self.profile(description: Self.ascii(latin)))?.name == "Profil é[ A")
    let hidden = Self.localised([("enUS", "a\u{202E}b\u{0}c\u{9B}d\u{FEFF} ")])
    #expect(ICCProfile(Self.profile(description: hidden))?.name == "abcd")
    let long = Self.localised([("enUS", String(repeating: "é", count: 5000))])
    let name = try #require(ICCProfile(Self.profile(description: long))?.name)
    #expect(name.utf8.count <= 200 && name.hasSuffix("é…"))
  }

  @Test("without a description, or with a broken one, have no name")
  func noName() {
    for description in [
      Self.ascii([]), Self.ascii([0x20, 0x20]), Array("mluc".utf8) + [UInt8](repeating: 0, count: 6),
      Array("mluc".utf8) + Self.number(0) + Self.number(1 << 30) + Self.number(12),
      Array("desc".utf8) + Self.number(0), Array("abcd".utf8) + [UInt8](repeating: 0x41, count: 20),
      Array("mluc".utf8) + Self.number(0) + Self.number(1) + Self.number(12) + Array("enUS".utf8)
        + Self.number(0x7FFF_FFFF) + Self.number(0x7FFF_FFFF),
    ] {
      #expect(ICCProfile(Self.profile(description: description))?.name == nil)
    }
    #expect(ICCProfile(MetadataTests.profile(size: 600))?.name == nil)
  }

  @Test("that are cut, or whose tags lie outside, are read without harm")
  func hostile() {
    let whole = Self.profile(description: Self.localised([("enUS", "Display P3")]))
    for count in 0..<whole.count {
      #expect(ICCProfile(Array(whole[..<count])) == nil)
      for value in [UInt8(0), 0x7F, 0xFF] {
        var changed = whole
        changed[count] = value
        _ = ICCProfile(changed)?.name
      }
    }
  }

  @Test("give the description of a picture its name, in JPEG and PNG", arguments: [true, false])
  func described(isJPEG: Bool) throws {
    var profile = MetadataTests.profile(size: 600)
    // The least that libpng takes for one, with a description behind it.
    let text = Self.ascii(Array("Tested".utf8))
    let table = Self.number(1) + Array("desc".utf8) + Self.number(144) + Self.number(text.count)
    profile.replaceSubrange(128..<144, with: table)
    profile.replaceSubrange(144..<144 + text.count, with: text)
    let file =
      isJPEG
      ? try JPEGFile.encode(.scene(16, 16)) { $0.profile = profile }
      : try PNGFile.encode(.scene(16, 16)) { $0.profile = profile }
    #expect(try render(file, []).description.iccName == "Tested")
    #expect(try render(PNGFile.encode(.scene(16, 16)), []).description.iccName == nil)
  }
}
