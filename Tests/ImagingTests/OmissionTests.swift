import Testing

@testable import Imaging

@Suite("What is left out of metadata is counted among the warnings")
struct OmissionTests {
  private func warnings(
    _ file: [UInt8], _ keeps: KeptMetadata = [.icc, .copyright, .camera, .gps]
  ) throws -> (count: Int, first: String?, exif: ExifReader?) {
    let (outputs, description) = try render(
      file, [Rendition(format: .jpeg, keeps: keeps), Rendition(maxWidth: 8, format: .jpeg, keeps: keeps)])
    let input = ImageInput(BytesSource(outputs[0].bytes))
    let exif = try input.withBytes { try JPEGHeader.scan(input, ImageLimits()).exif }
    return (description.warningCount, description.firstWarning, exif)
  }

  private static let long = String(repeating: "All rights reserved. ", count: 1200)

  @Test("a text that is cut, from wherever it is", arguments: ["Exif", "XMP", "IPTC", "PNG"])
  func longText(block: String) throws {
    let file =
      switch block {
      case "Exif": try RightsTests.jpeg(exif: ExifBlock(isBigEndian: true).with(0x8298, .text(Self.long)))
      case "XMP": try RightsTests.jpeg([RightsTests.xmp("<rdf:Description d:rights='\(Self.long)'/>")])
      case "IPTC": try RightsTests.jpeg([RightsTests.iptc([(116, Self.long)])])
      default: try Self.png(PNGFile.chunk("tEXt", Array("Copyright\0\(Self.long)".utf8)))
      }
    let found = try warnings(file)
    #expect(found.count == 1 && found.first == SourceRights.Omission.longText.rawValue)
    let kept = try #require(found.exif?.entry(.copyright, in: found.exif?.main ?? []))
    #expect(kept.count > 23_900 && kept.count <= SourceRights.maxTextBytes + 1)
  }

  @Test("artists over twenty, in XMP and in IPTC")
  func artists() throws {
    let items = (1...21).map { "<rdf:li>A\($0)</rdf:li>" }.joined()
    let xmp = "<rdf:Description><d:creator><rdf:Seq>\(items)</rdf:Seq></d:creator></rdf:Description>"
    for file in [
      try RightsTests.jpeg([RightsTests.xmp(xmp)]),
      try RightsTests.jpeg([RightsTests.iptc((1...21).map { (80, "A\($0)") })]),
    ] {
      let found = try warnings(file)
      #expect(found.count == 1 && found.first == SourceRights.Omission.manyArtists.rawValue)
    }
  }

  @Test("the camera's data and the position, where rights leave no room for them, if they are wanted")
  func room() throws {
    let text = String(repeating: "x", count: 23_990)
    var block = ExifBlock(isBigEndian: false).with(0x013B, .text(text)).with(0x8298, .text(text))
      .with(0x010F, .text("Maker")).withGPS(2, .rationals([(52, 1), (0, 1), (0, 1)]))
    for tag in 0..<5 { block = block.withGPS(20 + tag, .bytes(type: 7, size: 1, [UInt8](repeating: 9, count: 4000))) }
    let picture = try PNGFile.encode(.scene(16, 16)) { $0.exif = block.bytes }
    let found = try warnings(picture)
    #expect(found.count == 1 && found.first?.contains("camera and position") == true, "\(found.first ?? "none")")
    #expect(found.exif?.entry(.make, in: found.exif?.main ?? []) == nil)
    #expect(found.exif?.entry(.artist, in: found.exif?.main ?? [])?.count == 23_991)
    #expect(try warnings(picture, .standard).count == 0)
  }

  @Test("a value that is too long or leads out of the block, if it is wanted")
  func values() throws {
    let long = ExifBlock(isBigEndian: true).with(0x010F, .text(String(repeating: "x", count: 5000)))
    let found = try warnings(RightsTests.jpeg(exif: long))
    #expect(found.count == 1 && found.first?.contains("tag 271") == true)
    #expect(try warnings(RightsTests.jpeg(exif: long), .standard).count == 0)
    var outside = ExifBlock(isBigEndian: true).with(0x8298, .text("Somebody")).bytes
    outside.removeLast(4)
    let other = try RightsTests.jpeg([RightsTests.segment(0xE1, Array("Exif\0\0".utf8) + outside)])
    #expect(try warnings(other).first == SourceRights.Omission.brokenExif.rawValue)
  }

  @Test("blocks that cannot be read, or not to their end")
  func broken() throws {
    let packet = Array(XMPTests.packet("<rdf:Description d:rights='x'/>").utf8)
    let name = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    let iptc = RightsTests.iptc([(116, "x"), (80, "y")])
    let cases: [([UInt8], SourceRights.Omission)] = [
      (RightsTests.segment(0xE1, name + packet.dropLast(40)), .brokenXMP),
      (RightsTests.segment(0xE1, Array("Exif\0\0nothing of the kind".utf8)), .brokenExif),
      (RightsTests.segment(0xED, Array(iptc[4...].dropLast(1))), .brokenIPTC),
    ]
    for (segment, omission) in cases {
      #expect(try warnings(RightsTests.jpeg([segment])).first == omission.rawValue)
    }
  }

  @Test("text chunks over sixty-four")
  func texts() throws {
    let chunk = PNGFile.chunk("tEXt", Array("Comment\0x".utf8))
    #expect(try warnings(Self.png(Array(repeating: chunk, count: 64).flatMap { $0 })).count == 0)
    let found = try warnings(Self.png(Array(repeating: chunk, count: 65).flatMap { $0 }))
    #expect(found.count == 1 && found.first == SourceRights.Omission.manyTexts.rawValue)
  }

  static func png(_ chunks: [UInt8]) throws -> [UInt8] {
    let file = try PNGFile.encode(.scene(16, 16))
    return file[..<33] + chunks + file[33...]
  }
}
