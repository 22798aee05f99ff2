import Imaging
import Testing

@Suite("The format auto is decided by a rendition's pixels")
struct OpaqueAlphaTests {
  /// A scene of `channels` with alpha, which is 255 but where `alpha` says otherwise.
  private static func scene(
    _ channels: Int, depth: Int = 8, _ alpha: (_ x: Int, _ y: Int) -> Int = { _, _ in 255 }
  ) -> Pixels {
    let scene = Pixels.scene(60, 40, channels: channels)
    return Pixels(60, 40, channels: channels * depth / 8) { x, y, sample in
      let channel = sample * 8 / depth
      return channel == channels - 1 ? alpha(x, y) : scene[x, y, channel]
    }
  }

  private static func file(_ picture: Pixels, depth: Int = 8, interlaced: Bool = false) throws -> [UInt8] {
    try PNGFile.encode(picture) {
      $0.depth = depth
      $0.colourType = picture.channels * 8 / depth == 2 ? 4 : 6
      $0.isInterlaced = interlaced
    }
  }

  @Test("JPEG where all are opaque, as of a picture without alpha", arguments: [2, 4], [8, 16])
  func opaque(channels: Int, depth: Int) throws {
    for isInterlaced in [false, true] { try expectJPEG(channels, depth, isInterlaced) }
  }

  private func expectJPEG(_ channels: Int, _ depth: Int, _ isInterlaced: Bool) throws {
    let file = try Self.file(Self.scene(channels, depth: depth), depth: depth, interlaced: isInterlaced)
    let (outputs, description) = try render(file, [Rendition(), Rendition(maxWidth: 20)])
    #expect(outputs.map(\.info.format) == [.jpeg, .jpeg])
    #expect(description.pixelsOpaque == true)
    let pixels = try JPEGFile.decode(outputs[0].bytes)
    #expect(pixels.channels == channels - 1)
    #expect(pixels.psnr(to: Pixels.scene(60, 40, channels: channels - 1)) > 30)
  }

  @Test("PNG where one is not, the first or the last", arguments: [2, 4], [0, 39])
  func transparent(channels: Int, row: Int) throws {
    let file = try Self.file(Self.scene(channels) { x, y in x == 7 && y == row ? 254 : 255 })
    let (outputs, description) = try render(file, [Rendition()])
    #expect(outputs[0].info.format == .png)
    #expect(description.pixelsOpaque == false)
    #expect(try outputs[0].bytes == render(file, [Rendition(format: .png)]).outputs[0].bytes)
  }

  @Test("one of two bytes of alpha counts too")
  func almostOpaque() throws {
    let picture = Pixels(60, 40, channels: 8) { x, y, sample in sample == 7 && x == 3 && y == 5 ? 254 : 255 }
    #expect(try render(Self.file(picture, depth: 16), []).description.pixelsOpaque == false)
  }

  @Test("a palette's transparency counts where a pixel has it", arguments: [false, true])
  func palette(isUsed: Bool) throws {
    let indices = Pixels(60, 40, channels: 1) { x, y, _ in isUsed && x == 9 && y == 9 ? 0 : 1 + (x + y) % 3 }
    let file = try PNGFile.encode(indices) {
      $0.colourType = 3
      $0.palette = [0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 200]
      $0.transparency = [0, 255, 255, 255]
    }
    let (outputs, description) = try render(file, [Rendition()])
    #expect(outputs[0].info.format == (isUsed ? .png : .jpeg))
    #expect(description.pixelsOpaque == !isUsed)
  }

  @Test("what is cut away does not count, though the picture is said to have it")
  func cut() throws {
    let file = try Self.file(Self.scene(4) { x, _ in x < 10 ? 0 : 255 })
    let square = Rendition(maxWidth: 40, maxHeight: 40, fit: .cover)
    let (outputs, description) = try render(file, [Rendition(), square])
    #expect(outputs.map(\.info.format) == [.png, .jpeg])
    #expect(description.pixelsOpaque == false)
  }

  @Test("however the picture is turned", arguments: 1...8)
  func turned(orientation: Int) throws {
    for opacity in [255, 254] {
      let file = try PNGFile.encode(Self.scene(4) { x, y in x == 59 && y == 39 ? opacity : 255 }) {
        $0.exif = ExifBlock(isBigEndian: true).with(0x0112, .short(orientation)).bytes
      }
      #expect(try render(file, [Rendition()]).outputs[0].info.format == (opacity == 255 ? .jpeg : .png))
    }
  }

  static let colours: [(name: String, chunk: [UInt8])] = [
    ("gAMA", PNGFile.chunk("gAMA", PNGFile.number(100_000))),
    // Display P3, by the code points of ITU-T H.273.
    ("cICP", PNGFile.chunk("cICP", [12, 13, 0, 1])),
  ]

  @Test("held rows become sRGB where a JPEG could not say what they are; a PNG says it", arguments: colours.indices)
  func described(index: Int) throws {
    let (name, chunk) = Self.colours[index]
    func file(_ channels: Int, _ alpha: @escaping (Int, Int) -> Int = { _, _ in 255 }) throws -> [UInt8] {
      let file =
        try channels == 4 ? Self.file(Self.scene(4, alpha)) : PNGFile.encode(Pixels.scene(60, 40, channels: channels))
      return file[..<33] + chunk + file[33...]
    }
    let auto = [Rendition(quality: Quality(95) ?? .standard, subsampling: .s444)]
    let held = try render(file(4), auto).outputs[0]
    #expect(held.info.format == .jpeg)
    let pixels = try JPEGFile.decode(held.bytes)
    // As of the same picture without alpha, whose rows are converted as they come.
    #expect(try pixels.psnr(to: JPEGFile.decode(render(file(3), auto).outputs[0].bytes)) > 40)
    #expect(pixels.psnr(to: Pixels.scene(60, 40)) < 40)
    // The last pixel decides, when all the others have been held.
    let png = try render(file(4) { x, y in x == 59 && y == 39 ? 0 : 255 }, auto).outputs[0]
    #expect(png.info.format == .png)
    #expect(PNGFile.chunks(name, of: png.bytes).map { Array(png.bytes[$0]) } == [chunk])
    let kept = try PNGFile.decode(png.bytes)
    #expect((0..<3).allSatisfy { kept[5, 5, $0] == Pixels.scene(60, 40, channels: 4)[5, 5, $0] })
  }

  @Test("a picture without alpha says nothing of it")
  func without() throws {
    #expect(try render(PNGFile.encode(.scene(20, 20)), []).description.pixelsOpaque == nil)
    #expect(try render(JPEGFile.encode(.scene(20, 20)), []).description.pixelsOpaque == nil)
  }
}
