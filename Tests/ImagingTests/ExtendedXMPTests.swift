import Testing

@testable import Imaging

@Suite("XMP that is too long for a segment")
struct ExtendedXMPTests {
  private static let name = "0123456789ABCDEF0123456789ABCDEF"
  private static let other = "FEDCBA9876543210FEDCBA9876543210"
  private static let content = Array(
    XMPTests.packet("<rdf:Description d:creator='Zoë' d:rights='© A' e:GPSLatitude='52,30N'/>").utf8)

  /// A segment with the bytes of `range`, of a whole of `length`.
  private static func part(_ range: Range<Int>, of name: String = name, length: Int = content.count) -> [UInt8] {
    RightsTests.segment(
      0xE1,
      Array("http://ns.adobe.com/xmp/extension/\0\(name)".utf8) + PNGFile.number(length)
        + PNGFile.number(range.lowerBound) + content[range])
  }

  private static let main = RightsTests.xmp(
    "<rdf:Description xmlns:n='http://ns.adobe.com/xmp/note/' n:HasExtendedXMP='\(name)'/>")

  private func description(_ segments: [[UInt8]]) throws -> ImageDescription {
    try render(RightsTests.jpeg(segments), []).description
  }

  @Test("is put together by the places of its parts, whatever their order, beside a part that comes twice")
  func order() throws {
    let (a, b, c) = (Self.part(0..<100), Self.part(100..<250), Self.part(250..<Self.content.count))
    for segments in [[Self.main, a, b, c], [c, Self.main, a, b], [b, a, c, Self.main], [Self.main, a, a, c, b]] {
      let found = try description(segments)
      #expect(found.header.exif?.artist == "Zoë" && found.header.exif?.copyright == "© A")
      #expect(found.header.exif?.hasGPS == true)
      #expect(found.warningCount == 0, "\(found.firstWarning ?? "")")
    }
  }

  @Test("is left out with a warning where a part is missing, overlaps, or is of another whole")
  func parts() throws {
    let (a, b, c) = (Self.part(0..<100), Self.part(100..<250), Self.part(250..<Self.content.count))
    for segments in [
      [Self.main, a, c], [Self.main, b, c], [Self.main], [Self.main, a, Self.part(90..<250), c],
      [Self.main, Self.part(0..<Self.content.count, length: Self.content.count + 1)],
      [Self.main, Self.part(0..<Self.content.count, length: Self.content.count - 1)],
    ] {
      let found = try description(segments)
      #expect(found.header.exif?.artist == nil)
      #expect(found.firstWarning == SourceRights.Omission.partsOfXMP.rawValue)
    }
    for segments in [[a, b, c], [RightsTests.xmp("<rdf:Description d:rights='B'/>"), a, b, c]] {
      let found = try description(segments)
      #expect(found.header.exif?.artist == nil)
      #expect(found.firstWarning == SourceRights.Omission.foreignXMP.rawValue)
    }
    let left = Self.part(0..<Self.content.count, of: Self.other)
    let found = try description([Self.main, left, a, b, c])
    #expect(found.header.exif?.artist == "Zoë")
    #expect(found.firstWarning == SourceRights.Omission.foreignXMP.rawValue && found.warningCount == 1)
  }

  @Test("that is not a part at all does no harm")
  func hostile() throws {
    for count in 0..<60 {
      let payload = Array("http://ns.adobe.com/xmp/extension/\0".utf8) + [UInt8](repeating: 0xFF, count: count)
      _ = try description([Self.main, RightsTests.segment(0xE1, payload)])
    }
  }
}
