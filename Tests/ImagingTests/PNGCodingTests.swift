import Imaging
import ImagingFixtures
import Testing

@Suite("PNG rows are those of libpng")
struct PNGCodingTests {
  /// PNG_FILTER_NONE, _SUB, _UP, _AVG, _PAETH and all of them.
  static let filters = [0x08, 0x10, 0x20, 0x40, 0x80, 0xF8]

  @Test("for every filter, channel count and odd width", arguments: filters, [1, 3])
  func opaque(filter: Int, channels: Int) throws {
    for (width, height) in [(1, 1), (2, 7), (3, 4), (5, 9), (16, 16), (67, 31)] {
      for picture in [Pixels.noise(width, height, channels: channels), .scene(width, height, channels: channels)] {
        let file = try PNGFile.encode(picture) { $0.filters = filter }
        #expect(try renderPixels(file, Rendition()) == picture)
      }
    }
  }

  @Test("with alpha too: opaque pixels keep their colour exactly, and alpha is exact", arguments: filters, [2, 4])
  func transparent(filter: Int, channels: Int) throws {
    for (width, height) in [(1, 1), (3, 4), (7, 8), (41, 23)] {
      var picture = Pixels.noise(width, height, channels: channels)
      for pixel in 0..<width * height where pixel % 3 != 0 { picture.samples[pixel * channels + channels - 1] = 255 }
      let result = try renderPixels(PNGFile.encode(picture) { $0.filters = filter }, Rendition())
      for pixel in 0..<width * height {
        let range = pixel * channels..<(pixel + 1) * channels
        if pixel % 3 != 0 { #expect(result.samples[range] == picture.samples[range]) }
        #expect(result.samples[range.upperBound - 1] == picture.samples[range.upperBound - 1])
      }
    }
  }

  @Test("at 16 bits, by either decoder", arguments: filters, [1, 2, 3, 4])
  func sixteenBits(filter: Int, channels: Int) throws {
    let rows = Pixels.noise(21, 13, channels: channels * 2)
    func encoded(_ interlaced: Bool) throws -> [UInt8] {
      try PNGFile.encode(rows) {
        $0.depth = 16
        $0.colourType = [0, 4, 2, 6][channels - 1]
        $0.filters = filter
        $0.isInterlaced = interlaced
      }
    }
    // libpng decodes the interlaced one.
    #expect(try renderPixels(encoded(false), Rendition()) == renderPixels(encoded(true), Rendition()))
  }

  @Test("and are written so that libpng reads them back", arguments: 0...9)
  func writing(level: Int) throws {
    for channels in 1...4 {
      for (width, height) in [(1, 1), (5, 3), (33, 20)] {
        var picture = Pixels.noise(width, height, channels: channels)
        if channels % 2 == 0 {
          for pixel in 0..<width * height { picture.samples[(pixel + 1) * channels - 1] = 255 }
        }
        let output = try render(PNGFile.encode(picture), [Rendition(format: .png, compressionLevel: level)]).outputs[0]
        #expect(try PNGFile.decode(output.bytes) == picture)
      }
    }
  }

  @Test("a higher level is no larger")
  func levels() throws {
    let file = try PNGFile.encode(.scene(300, 200))
    let sizes = try [0, 1, 6, 9].map { level in
      try render(file, [Rendition(format: .png, compressionLevel: level)]).outputs[0].bytes.count
    }
    #expect(sizes == sizes.sorted(by: >))
    #expect(sizes[2] < sizes[0] / 3)
  }

  @Test("a wrong checksum behind all of the picture data is counted")
  func checksum() throws {
    var file = try PNGFile.encode(.scene(20, 20))
    let data = try #require(file.indices.dropLast(4).first { file[$0..<$0 + 4].elementsEqual("IDAT".utf8) })
    let length = file[data - 4..<data].reduce(0) { $0 << 8 | Int($1) }
    file[data + 4 + length] ^= 1
    #expect(try render(file, [Rendition()]).description.warningCount == 1)
  }

  @Test("picture data that go on too long are left out, and counted")
  func surplus() throws {
    // The file says one row less than its data have.
    let scene = Pixels.scene(20, 21)
    var file = try PNGFile.encode(scene)
    file[23] = 20
    let header = Array(file[12..<29])
    file.replaceSubrange(29..<33, with: PNGFile.checksum(header))
    let (outputs, description) = try render(file, [Rendition(format: .png)])
    #expect(description.warningCount == 1)
    let rows = Pixels(width: 20, height: 20, channels: 3, samples: Array(scene.samples.dropLast(60)))
    #expect(try PNGFile.decode(outputs[0].bytes) == rows)
  }

  @Test("of several profiles the first counts, and none that comes after the picture")
  func profiles() throws {
    func file(_ profile: [UInt8]) throws -> [UInt8] { try PNGFile.encode(.scene(20, 20)) { $0.profile = profile } }
    func start(_ name: String, in file: [UInt8]) throws -> Int {
      try #require(file.indices.dropLast(4).first { file[$0..<$0 + 4].elementsEqual(name.utf8) }) - 4
    }
    let (first, second) = (MetadataTests.profile(size: 500), MetadataTests.profile(size: 700))
    let other = try file(second)
    let from = try start("iCCP", in: other)
    let length = other[from..<from + 4].reduce(0) { $0 << 8 | Int($1) }
    let chunk = other[from..<from + 12 + length]
    for name in ["IDAT", "IEND"] {
      var both = try file(first)
      both.insert(contentsOf: chunk, at: try start(name, in: both))
      let outputs = try render(both, [Rendition(format: .png)]).outputs
      #expect(PNGFile.profile(of: outputs[0].bytes) == first)
    }
  }

  @Test("a picture of palette entries without a palette is damaged")
  func missingPalette() throws {
    let picture = Pixels.scene(20, 20, channels: 1)
    var file = try PNGFile.encode(picture) {
      $0.colourType = 3
      $0.palette = [UInt8](repeating: 9, count: 768)
    }
    let palette = try #require(file.indices.dropLast(4).first { file[$0..<$0 + 4].elementsEqual("PLTE".utf8) })
    file.removeSubrange(palette - 4..<palette + 8 + 768)
    let error = #expect(throws: ImagingError.self) { try render(file, [Rendition()]) }
    #expect(error?.code == "corrupt_image")
  }
}
