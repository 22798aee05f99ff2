import Imaging
import Testing

/// The engine's own decoder and the encoder in one piece beside libpng's row by row.
@Suite("A PNG is the same by either path")
struct PNGPathTests {
  private static func render(
    _ file: [UInt8], _ renditions: [Rendition], _ coding: PNGCoding
  ) throws -> (outputs: [[UInt8]], description: ImageDescription) {
    let sink = CollectingSink()
    let reader = try ImageReader(source: BytesSource(file))
    reader.coding = coding
    let description = try reader.render(renditions, into: sink)
    return (sink.outputs.map(\.bytes), description)
  }

  static let readByLibpng = PNGCoding(decodesByLibpng: true)
  static let writtenByLibpng = PNGCoding(encodedAtOnce: 0)

  @Test("when it is read", arguments: [8, 16], 1...4)
  func reading(depth: Int, channels: Int) throws {
    for (width, height) in [(1, 1), (3, 4), (67, 31), (130, 77)] {
      let rows = Pixels.noise(width, height, channels: channels * depth / 8)
      let file = try PNGFile.encode(rows) {
        $0.depth = depth
        $0.colourType = [0, 4, 2, 6][channels - 1]
      }
      let renditions = [
        Rendition(format: .png), Rendition(maxWidth: 20, format: .jpeg), Rendition(maxWidth: 9, format: .png),
      ]
      let own = try Self.render(file, renditions, .standard)
      let byLibpng = try Self.render(file, renditions, Self.readByLibpng)
      #expect(own.outputs == byLibpng.outputs)
      #expect(own.description == byLibpng.description)
    }
  }

  @Test("when it is read and has a palette")
  func palette() throws {
    let file = try PNGFile.encode(Pixels(70, 40, channels: 1) { x, y, _ in (x * 7 + y) % 200 }) {
      $0.colourType = 3
      $0.palette = (0..<600).map { UInt8(truncatingIfNeeded: $0 * 37) }
    }
    let renditions = [Rendition(format: .png), Rendition(maxWidth: 20, format: .jpeg)]
    #expect(
      try Self.render(file, renditions, .standard).outputs == Self.render(file, renditions, Self.readByLibpng).outputs)
  }

  @Test("when it is written, at any level", arguments: [0, 1, 6, 9], 1...4)
  func writing(level: Int, channels: Int) throws {
    for (width, height) in [(1, 1), (5, 3), (66, 40)] {
      let file = try PNGFile.encode(.noise(width, height, channels: channels))
      let rendition = Rendition(format: .png, compressionLevel: level)
      let own = try Self.render(file, [rendition], .standard).outputs[0]
      let byLibpng = try Self.render(file, [rendition], Self.writtenByLibpng).outputs[0]
      #expect(try PNGFile.decode(own) == PNGFile.decode(byLibpng))
    }
  }

  @Test("with its profile and its copyright")
  func metadata() throws {
    let profile = MetadataTests.profile(size: 700)
    let exif = ExifBlock(isBigEndian: true).with(0x8298, .text("somebody's")).bytes
    let file = try PNGFile.encode(.scene(40, 30)) {
      $0.profile = profile
      $0.exif = exif
    }
    for coding in [PNGCoding.standard, .byLibpng] {
      let output = try Self.render(file, [Rendition(format: .png)], coding).outputs[0]
      #expect(PNGFile.profile(of: output) == profile)
      #expect(try ImageReader(source: BytesSource(output)).header.exif?.copyright == "somebody's")
    }
  }
}
