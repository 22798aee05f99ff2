import Imaging
import Testing

@Suite("Colours are converted where a rendition asks for it, or its file could not say what they are")
struct ColourTests {
  static let wide = ColourProfile.display(gamma: 2.2)

  @Test("renditions of one decode, converted and not, are each what they are alone", arguments: [0, 6])
  func together(orientation: Int) throws {
    let exif = orientation == 0 ? [] : ExifBlock(isBigEndian: true).with(0x0112, .short(orientation)).bytes
    let files = [
      try JPEGFile.encode(.scene(800, 600)) { ($0.sampling, $0.profile, $0.exif) = ((2, 2), Self.wide, exif) },
      try PNGFile.encode(.scene(800, 600)) { ($0.profile, $0.exif) = (Self.wide, exif) },
      try PNGFile.encode(.scene(800, 600, channels: 4)) { ($0.profile, $0.exif) = (Self.wide, exif) },
    ]
    let renditions = [
      Rendition(maxWidth: 400, colour: .srgb), Rendition(maxWidth: 400), Rendition(maxWidth: 100, colour: .srgb),
      Rendition(maxWidth: 100), Rendition(maxWidth: 390, format: .png, colour: .srgb),
    ]
    for file in files {
      let together = try render(file, renditions).outputs
      for (index, rendition) in renditions.enumerated() where index < 2 {
        #expect(try render(file, [rendition, renditions[4]]).outputs[0].bytes == together[index].bytes)
      }
      #expect(together[0].bytes != together[1].bytes)
      #expect(together[2].bytes != together[3].bytes)
    }
  }

  @Test("the default is not converted, byte for byte, and has its profile")
  func source() throws {
    let plain = try JPEGFile.encode(.scene(320, 240)) { $0.sampling = (2, 2) }
    let tagged = try JPEGFile.encode(.scene(320, 240)) { ($0.sampling, $0.profile) = ((2, 2), Self.wide) }
    let rendition = Rendition(maxWidth: 100, format: .jpeg)
    let expected = try JPEGFile.decode(render(plain, [rendition]).outputs[0].bytes)
    #expect(try JPEGFile.decode(render(tagged, [rendition]).outputs[0].bytes) == expected)
    let srgb = Rendition(maxWidth: 100, format: .jpeg, subsampling: .s444, colour: .srgb)
    #expect(try JPEGFile.decode(render(tagged, [srgb]).outputs[0].bytes).psnr(to: expected) < 40)
  }

  @Test("inks by their profile, at every size that a JPEG is decoded at", arguments: [20, 40, 120, 320])
  func inks(width: Int) throws {
    let file = try JPEGFile.encode(.scene(320, 240, channels: 4)) { $0.profile = ColourProfile.press(grid: 9) }
    let (outputs, description) = try render(file, [Rendition(maxWidth: width, format: .png)])
    #expect(description.warningCount == 0)
    let naive = try render(JPEGFile.encode(.scene(320, 240, channels: 4)), [Rendition(maxWidth: width, format: .png)])
    #expect(naive.description.firstWarning?.contains("CMYK") == true)
    #expect(try PNGFile.decode(outputs[0].bytes).psnr(to: PNGFile.decode(naive.outputs[0].bytes)) < 30)
  }

  @Test("a profile cut or changed anywhere never ends in anything but a picture")
  func hostile() throws {
    let picture = Pixels.scene(8, 8, channels: 4)
    let press = ColourProfile.press(grid: 3)
    var state: UInt64 = 1
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    for round in 0..<300 {
      var profile = press
      // Most of what is to be got wrong stands in front.
      for _ in 0..<1 + random(4) { profile[random(random(2) == 0 ? 220 : profile.count)] = UInt8(random(256)) }
      if round % 5 == 0 { profile.removeLast(random(profile.count)) }
      let file = try JPEGFile.encode(picture) { $0.profile = profile }
      #expect(throws: Never.self) { try render(file, [Rendition(maxWidth: 8, format: .png, colour: .srgb)]) }
    }
  }

  @Test("a table of more colours than are read is left out")
  func largeTable() throws {
    let file = try JPEGFile.encode(.scene(16, 16, channels: 4)) { $0.profile = ColourProfile.press(grid: 30) }
    let description = try render(file, [Rendition(maxWidth: 16)]).description
    #expect(description.firstWarning?.contains("profile") == true)
  }
}
