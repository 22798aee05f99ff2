import Imaging
import Testing

@Suite("What is said of a picture")
struct DescriptionTests {
  @Test("its fingerprint hardly changes with size, format and compression")
  func hashIsStable() throws {
    let scene = Pixels.scene(640, 480)
    let large = try render(JPEGFile.encode(scene), [Rendition(maxWidth: 64)]).description.differenceHash
    let small = try render(JPEGFile.encode(.scene(200, 150)) { $0.quality = 60 }, []).description.differenceHash
    let png = try render(PNGFile.encode(scene), []).description.differenceHash
    #expect((large ^ small).nonzeroBitCount <= 6)
    #expect((large ^ png).nonzeroBitCount <= 4)
    let other = try render(PNGFile.encode(scene.upright(from: 3)), []).description.differenceHash
    #expect((large ^ other).nonzeroBitCount > 12)
  }

  @Test("its fingerprint is that of the upright picture", arguments: 1...8)
  func hashIsUpright(orientation: Int) throws {
    let scene = Pixels.scene(360, 240)
    let turned = try PNGFile.encode(scene) { $0.exif = OrientationTests.exif(orientation: orientation) }
    let upright = try PNGFile.encode(scene.upright(from: orientation))
    let difference = try render(turned, []).description.differenceHash ^ render(upright, []).description.differenceHash
    #expect(difference.nonzeroBitCount <= 2)
  }

  @Test("its bits say where brightness falls from left to right")
  func hashBits() throws {
    let falling = Pixels(90, 80, channels: 1) { x, _, _ in 250 - 2 * x }
    let rising = Pixels(90, 80, channels: 1) { x, _, _ in 2 * x }
    #expect(try render(PNGFile.encode(falling), []).description.differenceHash == .max)
    #expect(try render(PNGFile.encode(rising), []).description.differenceHash == 0)
  }

  @Test("its dominant colour is the commonest one, not the mean")
  func dominantColour() throws {
    let picture = Pixels(100, 100, channels: 3) { x, _, c in x < 60 ? [200, 30, 40][c] : [0, 0, 255][c] }
    #expect(try render(PNGFile.encode(picture), []).description.dominantColour == RGB(200, 30, 40))
  }
}
