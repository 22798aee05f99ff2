import Imaging
import Testing

@Suite("A picture is turned upright")
struct OrientationTests {
  static func exif(orientation: Int) -> [UInt8] {
    ExifBlock(isBigEndian: false).with(0x0112, .short(orientation)).bytes
  }

  @Test("exactly, from every EXIF orientation, in a PNG", arguments: 1...8, [1, 3, 4])
  func png(orientation: Int, channels: Int) throws {
    var noise = Pixels.noise(29, 18, channels: channels)
    if channels == 4 { for index in stride(from: 3, to: noise.samples.count, by: 4) { noise.samples[index] = 255 } }
    let file = try PNGFile.encode(noise) { $0.exif = Self.exif(orientation: orientation) }
    #expect(try renderPixels(file, Rendition()) == noise.upright(from: orientation))
  }

  @Test("and in a JPEG, at odd sizes and with halved chroma", arguments: 1...8)
  func jpeg(orientation: Int) throws {
    let scene = Pixels.scene(67, 43)
    let file = try JPEGFile.encode(scene) {
      $0.exif = Self.exif(orientation: orientation); $0.sampling = (2, 2)
    }
    let upright = try JPEGFile.decode(JPEGFile.encode(scene.upright(from: orientation)) { $0.sampling = (2, 2) })
    let output = try render(file, [Rendition(format: .jpeg, quality: #require(Quality(95)))]).outputs[0]
    #expect(try JPEGFile.decode(output.bytes).psnr(to: upright) > 36)
  }

  @Test("resized, it equals the upright picture resized", arguments: 2...8)
  func resized(orientation: Int) throws {
    let scene = Pixels.scene(120, 90)
    let file = try PNGFile.encode(scene) { $0.exif = Self.exif(orientation: orientation) }
    let upright = try PNGFile.encode(scene.upright(from: orientation))
    for rendition in [Rendition(maxWidth: 33), Rendition(maxWidth: 30, maxHeight: 30, fit: .cover)] {
      let result = try renderPixels(file, rendition)
      #expect(try result.maxDifference(from: renderPixels(upright, rendition)) <= 1)
    }
  }

  @Test("the box is meant upright")
  func box() throws {
    let file = try JPEGFile.encode(.scene(200, 100)) { $0.exif = Self.exif(orientation: 6) }
    let reader = try ImageReader(source: BytesSource(file))
    #expect(reader.header.displayWidth == 100 && reader.header.displayHeight == 200)
    #expect(try render(file, [Rendition(maxWidth: 50)]).outputs[0].info.height == 100)
  }
}
