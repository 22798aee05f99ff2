import Testing

@testable import Imaging

@Suite("A position")
struct PositionTests {
  private static let degrees: ExifBlock.Value = .rationals([(52, 1), (30, 1), (7, 1)])
  private static let zero: ExifBlock.Value = .rationals([(0, 1), (0, 1), (0, 1)])
  private static let nothing: ExifBlock.Value = .rationals([(0, 0), (0, 0), (0, 0)])

  private func hasGPS(_ block: ExifBlock) throws -> Bool {
    let file = try JPEGFile.encode(.scene(16, 16)) { $0.exif = block.bytes }
    return try ImageReader(source: BytesSource(file)).header.exif?.hasGPS ?? false
  }

  private static func block(_ latitude: ExifBlock.Value?, _ longitude: ExifBlock.Value?) -> ExifBlock {
    var block = ExifBlock(isBigEndian: true).withGPS(0, .bytes(type: 1, size: 1, [2, 3, 0, 0])).withGPS(1, .text("N"))
    if let latitude { block = block.withGPS(2, latitude) }
    block = block.withGPS(3, .text("E"))
    if let longitude { block = block.withGPS(4, longitude) }
    return block
  }

  @Test("is there with degrees of latitude or longitude, whatever type the pointer has")
  func present() throws {
    #expect(try hasGPS(Self.block(Self.degrees, Self.degrees)))
    #expect(try hasGPS(Self.block(Self.zero, Self.degrees)))
    #expect(try hasGPS(Self.block(Self.degrees, nil)))
    #expect(try hasGPS(Self.block(.rationals([(52, 1), (0, 0), (0, 0)]), Self.degrees)))
    #expect(try hasGPS(Self.block(.rational(525, 10), .rational(134, 10))))
    var typed = Self.block(Self.degrees, Self.degrees)
    typed.pointerType = 13
    #expect(try hasGPS(typed))
  }

  @Test("is not there with references alone, 0/0, or degrees that do not exist")
  func absent() throws {
    #expect(try !hasGPS(Self.block(nil, nil)))
    #expect(try !hasGPS(Self.block(Self.nothing, Self.nothing)))
    #expect(try !hasGPS(Self.block(Self.zero, nil)))
    #expect(try !hasGPS(Self.block(.rationals([(91, 1), (0, 1), (0, 1)]), nil)))
    #expect(try !hasGPS(Self.block(.text("52"), .text("13"))))
  }

  @Test("of 0° and 0° is one only with another sign of a fix")
  func nullIsland() throws {
    let zero = Self.block(Self.zero, Self.zero)
    #expect(try !hasGPS(zero))
    #expect(try !hasGPS(zero.withGPS(7, Self.zero).withGPS(6, .rational(0, 1))))
    #expect(try hasGPS(zero.withGPS(8, .text("05"))))
    #expect(try hasGPS(zero.withGPS(9, .text("A"))))
    #expect(try hasGPS(zero.withGPS(6, .rational(12, 1))))
    #expect(try !hasGPS(zero.withGPS(9, .text("V")).withGPS(6, .rational(12, 1))))
  }

  @Test(
    "in ImageMagick's texts of a PNG counts, but for 0/0, and 0° and 0° alone",
    arguments: [
      (["GPSLatitude": "52/1, 30/1, 0/1", "GPSLatitudeRef": "N"], true), (["GPSLongitude": "0/0, 0/0, 0/0"], false),
      (["GPSLatitude": "0/1, 0/1, 0/1", "GPSLongitude": "0/1, 0/1, 0/1"], false),
      (["GPSLatitude": "0/1, 0/1, 0/1", "GPSSatellites": "7"], true), (["GPSInfo": "150", "Make": "7"], false),
      (["GPSLatitude": ""], false), (["GPSAltitude": "12/1"], false),
    ])
  func texts(values: [String: String], expected: Bool) throws {
    let file = try PNGFile.encode(.scene(16, 16))
    let chunks = values.flatMap { PNGFile.chunk("tEXt", Array("exif:\($0)\0\($1)".utf8)) }
    for picture in [file[..<33] + chunks + file[33...], file.dropLast(12) + chunks + file.suffix(12)] {
      let (outputs, description) = try render(Array(picture), [Rendition(format: .png, keeps: [.copyright, .gps])])
      #expect((description.header.exif?.hasGPS ?? false) == expected)
      #expect(!String(decoding: outputs[0].bytes, as: UTF8.self).contains("GPS"))
    }
  }

  @Test(
    "in XMP is found as attribute or element, in IPTC's location too, by whatever prefix; a city is not one",
    arguments: [
      ("<rdf:Description e:GPSLatitude='52,30.5N' e:GPSLongitude='13,20.1E'/>", true),
      (
        "<rdf:Description><e:GPSLatitude>52,30N</e:GPSLatitude><e:GPSLongitude>13,2E</e:GPSLongitude></rdf:Description>",
        true
      ),
      (
        "<rdf:Description><l:LocationCreated><rdf:Bag><rdf:li rdf:parseType='Resource'><l:City>Berlin</l:City>"
          + "<e:GPSLatitude>52,30N</e:GPSLatitude><e:GPSLongitude>13,2E</e:GPSLongitude></rdf:li></rdf:Bag>"
          + "</l:LocationCreated></rdf:Description>", true
      ),
      ("<rdf:Description e:GPSLatitude='0,0.0N' e:GPSLongitude='0,0.0E'/>", false),
      ("<rdf:Description e:GPSLatitude='0,0.0N' e:GPSLongitude='0,0.0E' e:GPSSatellites='6'/>", true),
      ("<rdf:Description e:GPSLatitude='52,30.5N'/>", true), ("<rdf:Description e:GPSLatitude='N'/>", false),
      ("<rdf:Description l:City='Berlin'/>", false),
    ])
  func xmp(description: String, expected: Bool) {
    let packet = XMPTests.packet(description)
    #expect(XMPReader.facts(Array(packet.utf8)).hasPosition == expected)
  }
}
