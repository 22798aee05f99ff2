import Imaging
import Testing

/// Everything here is held against libpng itself: what it reads is read to the same pixels, what it refuses is refused.
@Suite("A PNG's chunks are taken as libpng takes them")
struct PNGChunkTests {
  private static let indices = Pixels(30, 20, channels: 1) { x, y, _ in (x * 3 + y * 5) % 200 }
  private static let gray = Pixels.scene(30, 20, channels: 1)
  private static let colour = Pixels.scene(30, 20)

  private static func palette(_ count: Int, step: Int = 7) -> [UInt8] {
    PNGFile.chunk("PLTE", (0..<3 * count).map { UInt8(truncatingIfNeeded: $0 * step) })
  }

  private static func file(
    _ picture: Pixels, type: UInt8? = nil, before: [UInt8] = [], after: [UInt8] = []
  ) -> [UInt8] {
    let data = PNGFile.stored(PNGFile.unfiltered(picture).flatMap { $0 })
    return PNGFile.assemble(picture, colourType: type, data: data, before: before, after: after)
  }

  private static let read: [(name: String, file: [UInt8])] = [
    ("a palette of 256", file(indices, type: 3, before: palette(256))),
    ("a palette that is too short for some", file(indices, type: 3, before: palette(100))),
    ("a palette behind the picture", file(indices, type: 3, before: palette(256), after: palette(256, step: 11))),
    ("one that suggests colours", file(colour, before: palette(256))),
    ("one that suggests too many", file(colour, before: palette(300))),
    ("one that suggests, and another behind the picture", file(colour, before: palette(9), after: palette(30))),
    (
      "picture data again behind another chunk",
      file(colour, after: PNGFile.chunk("tEXt", [65, 0]) + PNGFile.chunk("IDAT", [1, 2, 3]))
    ),
    ("two that suggest some behind the picture", file(colour, after: palette(20) + palette(30))),
    ("one in a gray picture", file(gray, before: palette(256))),
    ("one of no length in a gray picture", file(gray, before: palette(0))),
  ]

  @Test("and read where it reads them", arguments: read.indices)
  func reading(index: Int) throws {
    let file = Self.read[index].file
    #expect(try renderPixels(file, Rendition()) == PNGFile.decode(file), "\(Self.read[index].name)")
  }

  private static let refused: [(name: String, file: [UInt8])] = [
    ("a palette of 300", file(indices, type: 3, before: palette(300))),
    ("a palette of no length", file(indices, type: 3, before: palette(0))),
    ("a palette of a part of a colour", file(indices, type: 3, before: PNGFile.chunk("PLTE", [1, 2, 3, 4]))),
    ("two palettes", file(indices, type: 3, before: palette(256) + palette(256))),
    ("two in a gray picture", file(gray, before: palette(9) + palette(9))),
    (
      "a second header",
      file(colour, before: PNGFile.chunk("IHDR", PNGFile.number(30) + PNGFile.number(20) + [8, 2, 0, 0, 0]))
    ),
  ]

  @Test("and refused where it refuses them", arguments: refused.indices)
  func refusing(index: Int) throws {
    let (name, file) = Self.refused[index]
    #expect(!PNGFile.isReadable(file), "\(name)")
    let error = #expect(throws: ImagingError.self, "\(name)") { try render(file, [Rendition()]) }
    #expect(error?.code == "corrupt_image", "\(name)")
  }

  @Test("however little of it is in one block of its data")
  func flushedRows() throws {
    // As from an encoder that flushes after each row: 12 bytes for each row of 2.
    let picture = Pixels.noise(1, 65_500, channels: 1)
    let file = PNGFile.assemble(
      picture, data: PNGFile.stored(blocks: PNGFile.unfiltered(picture).flatMap { [$0, []] }))
    #expect(try PNGFile.decode(file) == picture)
    #expect(try renderPixels(file, Rendition()) == picture)
  }
}
