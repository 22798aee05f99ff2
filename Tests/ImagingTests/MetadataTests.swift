import Imaging
import Testing

@Suite("Metadata")
struct MetadataTests {
  static func camera(isBigEndian: Bool) -> [UInt8] {
    ExifBlock(isBigEndian: isBigEndian)
      .with(0x010F, .text("Maker")).with(0x0110, .text("Model X ")).with(0x0112, .short(1))
      .with(0x013B, .text("A. Artist")).with(0x8298, .text("(c) A. Artist"))
      .withExif(0x829A, .rational(1, 250)).withExif(0x829D, .rational(28, 10)).withExif(0x8827, .short(400))
      .withExif(0x9003, .text("2024:05:06 07:08:09")).withExif(0x9011, .text("+02:00"))
      .withExif(0x920A, .rational(50, 1)).withExif(0xA431, .text("SERIAL-12345"))
      .withGPS(1, .text("N")).withGPS(2, .rationals([(52, 1), (30, 1), (7, 1)]))
      .bytes
  }

  /// The least that libpng takes for a profile: header, rendering intent, illuminant, no tags.
  static func profile(size: Int, space: String = "RGB ") -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    func put(_ text: String, at offset: Int) {
      for (index, byte) in text.utf8.enumerated() { bytes[offset + index] = byte }
    }
    func put(_ value: Int, at offset: Int) {
      for index in 0..<4 { bytes[offset + index] = UInt8(value >> (24 - 8 * index) & 255) }
    }
    put(size, at: 0)
    put(0x0210_0000, at: 8)
    put("mntr", at: 12)
    put(space, at: 16)
    put("XYZ ", at: 20)
    put("acsp", at: 36)
    put(0xF6D6, at: 68)
    put(0x10000, at: 72)
    put(0xD32D, at: 76)
    for index in 132..<size { bytes[index] = UInt8(truncatingIfNeeded: index * index >> 3) }
    return bytes
  }

  @Test("of a photograph is summarised, in either byte order", arguments: [false, true])
  func summary(isBigEndian: Bool) throws {
    let expected = ExifSummary(
      make: "Maker", model: "Model X", takenAt: "2024-05-06T07:08:09+02:00", iso: 400, fNumber: 2.8,
      exposureSeconds: 0.004, focalLengthMM: 50, hasGPS: true, artist: "A. Artist", copyright: "(c) A. Artist")
    let exif = Self.camera(isBigEndian: isBigEndian)
    let jpeg = try JPEGFile.encode(.scene(16, 16)) { $0.exif = exif }
    let png = try PNGFile.encode(.scene(16, 16)) { $0.exif = exif }
    #expect(try ImageReader(source: BytesSource(jpeg)).header.exif == expected)
    #expect(try ImageReader(source: BytesSource(png)).header.exif == expected)
  }

  @Test("in a rendition is what was asked for and nothing else", arguments: [Rendition.Format.jpeg, .png])
  func allowList(format: Rendition.Format) throws {
    let file = try JPEGFile.encode(.scene(16, 16)) { $0.exif = Self.camera(isBigEndian: true) }
    func exif(_ keeps: KeptMetadata) throws -> ExifSummary? {
      let output = try render(file, [Rendition(format: format, keeps: keeps)]).outputs[0]
      #expect(!contains(output.bytes, "SERIAL-12345"))
      return try ImageReader(source: BytesSource(output.bytes)).header.exif
    }
    #expect(try exif([]) == nil)
    #expect(try exif(.copyright) == ExifSummary(artist: "A. Artist", copyright: "(c) A. Artist"))
    #expect(try exif(.gps) == ExifSummary(hasGPS: true))
    let camera = try #require(try exif(.camera))
    #expect(camera.model == "Model X" && camera.iso == 400 && camera.artist == nil && !camera.hasGPS)
    #expect(camera.takenAt == "2024-05-06T07:08:09+02:00")
  }

  @Test(
    "a profile of one or several segments goes from JPEG to JPEG and PNG, and from PNG to both",
    arguments: [600, 150_000])
  func profiles(size: Int) throws {
    let profile = Self.profile(size: size)
    let jpeg = try JPEGFile.encode(.scene(16, 16)) { $0.profile = profile }
    let png = try PNGFile.encode(.scene(16, 16)) { $0.profile = profile }
    for file in [jpeg, png] {
      #expect(try ImageReader(source: BytesSource(file)).header.hasICCProfile)
      let outputs = try render(file, [Rendition(format: .jpeg), Rendition(format: .png)]).outputs
      #expect(PNGFile.profile(of: outputs[1].bytes) == profile)
      // The JPEG's profile is read back by way of a PNG.
      let back = try render(outputs[0].bytes, [Rendition(format: .png)]).outputs[0]
      #expect(PNGFile.profile(of: back.bytes) == profile)
      let without = try render(file, [Rendition(format: .png, keeps: [])]).outputs[0]
      #expect(PNGFile.profile(of: without.bytes) == nil)
    }
  }

  @Test("a CMYK profile does not survive the conversion to RGB")
  func cmykProfile() throws {
    let file = try JPEGFile.encode(.scene(16, 16, channels: 4)) { $0.profile = Self.profile(size: 500, space: "CMYK") }
    let output = try render(file, [Rendition(format: .jpeg)]).outputs[0]
    #expect(try !ImageReader(source: BytesSource(output.bytes)).header.hasICCProfile)
  }

  @Test("the header tells form, size and coding")
  func header() throws {
    let jpeg = try JPEGFile.encode(.scene(40, 30)) {
      $0.sampling = (2, 1); $0.isProgressive = true
    }
    let header = try ImageReader(source: BytesSource(jpeg)).header
    #expect(header.width == 40 && header.height == 30 && header.channels == 3 && header.bitDepth == 8)
    #expect(header.subsampling == "4:2:2" && header.isProgressive && header.colourSpace == .ycbcr)
    let png = try PNGFile.encode(.scene(40, 30, channels: 2)) { $0.isInterlaced = true }
    let other = try ImageReader(source: BytesSource(png)).header
    #expect(other.hasAlpha && other.isProgressive && other.colourSpace == .gray && other.channels == 2)
  }

  @Test("only the first bytes are read for it")
  func headerIsCheap() throws {
    let file = try JPEGFile.encode(.noise(600, 500, channels: 3))
    let source = TricklingSource(file, piece: 1 << 20)
    let reader = try ImageReader(source: source)
    #expect(file.count > 300_000 && reader.bytesRead < 10_000)
    #expect(reader.bytesRead == source.position)
  }

  private func contains(_ bytes: [UInt8], _ text: String) -> Bool {
    let needle = Array(text.utf8)
    return bytes.indices.dropLast(needle.count - 1).contains { bytes[$0..<$0 + needle.count].elementsEqual(needle) }
  }
}
