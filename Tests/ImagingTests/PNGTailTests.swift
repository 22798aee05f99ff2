import Testing

@testable import Imaging

@Suite("Metadata behind a PNG's picture data")
struct PNGTailTests {
  private static let exif = ExifBlock(isBigEndian: true).with(0x0112, .short(6)).with(0x010F, .text("Maker"))
    .withGPS(2, .rationals([(52, 1), (30, 1), (7, 1)]))
  private static let packet = XMPTests.packet("<rdf:Description d:rights='© A' e:GPSLatitude='52,30N'/>")
  private static let xmp = PNGFile.chunk("iTXt", Array("XML:com.adobe.xmp\0\0\0\0\0\(packet)".utf8))

  static let kinds: [@Sendable () throws -> [UInt8]] = [
    { try PNGFile.encode(.scene(40, 30)) }, { try PNGFile.encode(.scene(40, 30)) { $0.isInterlaced = true } },
  ]

  private func described(
    _ kind: Int, _ chunks: [UInt8], keeps: KeptMetadata = .standard
  ) throws -> (before: ImageHeader, description: ImageDescription, output: [UInt8]) {
    let file = try Self.kinds[kind]()
    let bytes = file.dropLast(12) + chunks + file.suffix(12)
    let renditions = [Rendition(format: .jpeg, keeps: keeps)]
    let (outputs, whole) = try render(Array(bytes), renditions)
    // In pieces as well, of which ends fall into each part of a chunk.
    for piece in [1, 7, 4096] {
      let reader = try ImageReader(source: TricklingSource(Array(bytes), piece: piece))
      #expect(try reader.render(renditions, into: CollectingSink()) == whole)
    }
    return (try ImageReader(source: BytesSource(Array(bytes))).header, whole, outputs[0].bytes)
  }

  @Test("is told by the description, position and camera too", arguments: kinds.indices)
  func description(kind: Int) throws {
    let found = try described(kind, PNGFile.chunk("eXIf", Self.exif.bytes), keeps: [.camera, .gps])
    #expect(found.before.exif == nil)
    #expect(found.description.header.exif?.hasGPS == true && found.description.header.exif?.make == "Maker")
    #expect(found.description.header.orientation == .upright)
    #expect(found.description.firstWarning == SourceRights.Omission.lateOrientation.rawValue)
    #expect(found.description.warningCount == 1)
    #expect(try ImageReader(source: BytesSource(found.output)).header.exif == nil)
  }

  @Test("comes too late for a rendition that should keep it, which is said", arguments: kinds.indices)
  func rights(kind: Int) throws {
    let found = try described(kind, Self.xmp)
    #expect(found.description.hasXMP && found.description.header.exif?.hasGPS == true)
    #expect(found.description.header.exif?.copyright == "© A")
    #expect(found.description.firstWarning == SourceRights.Omission.lateRights.rawValue)
    #expect(!String(decoding: found.output, as: UTF8.self).contains("© A"))
    #expect(try described(kind, Self.xmp, keeps: []).description.warningCount == 0)
  }

  @Test("is held up to a bound", arguments: kinds.indices)
  func bound(kind: Int) throws {
    let large = PNGFile.chunk("tEXt", Array("Copyright\0".utf8) + [UInt8](repeating: 0x41, count: PNGTail.maxBytes))
    let found = try described(kind, large + Self.xmp)
    #expect(found.description.warningCount == 2 && found.description.header.exif?.hasGPS == true)
  }
}
