import Imaging
import Testing

@Suite("A rendition's size")
struct GeometryTests {
  /// The size that `rendition` gives a picture of `width` × `height`.
  private func size(_ width: Int, _ height: Int, _ rendition: Rendition) throws -> [Int] {
    let info = try render(PNGFile.encode(.scene(width, height, channels: 1)), [rendition]).outputs[0].info
    return [info.width, info.height]
  }

  @Test("fits inside its box, keeps the aspect and is at least one pixel")
  func inside() throws {
    #expect(try size(400, 300, Rendition(maxWidth: 100, maxHeight: 100)) == [100, 75])
    #expect(try size(300, 400, Rendition(maxWidth: 100, maxHeight: 100)) == [75, 100])
    #expect(try size(400, 300, Rendition(maxHeight: 30)) == [40, 30])
    #expect(try size(1000, 2, Rendition(maxWidth: 10)) == [10, 1])
    #expect(try size(101, 67, Rendition(maxWidth: 50)) == [50, 33])
  }

  @Test("is never more than the source's, unless it may be")
  func enlarging() throws {
    #expect(try size(40, 30, Rendition(maxWidth: 100)) == [40, 30])
    #expect(try size(40, 30, Rendition(maxWidth: 100, enlarges: true)) == [100, 75])
    #expect(try size(40, 30, Rendition()) == [40, 30])
    #expect(try size(40, 30, Rendition(maxWidth: 100, maxHeight: 10, fit: .fill)) == [40, 10])
  }

  @Test("covers its box exactly where the source is large enough")
  func cover() throws {
    #expect(try size(400, 300, Rendition(maxWidth: 64, maxHeight: 64, fit: .cover)) == [64, 64])
    #expect(try size(40, 30, Rendition(maxWidth: 64, maxHeight: 20, fit: .cover)) == [40, 20])
    #expect(try size(40, 30, Rendition(maxWidth: 80, maxHeight: 80, fit: .cover, enlarges: true)) == [80, 80])
  }

  @Test("a covering rendition shows the middle")
  func coverIsCentred() throws {
    // Three vertical bands; a square crop of a 3:1 picture shows the middle one.
    let bands = Pixels(90, 30, channels: 1) { x, _, _ in x / 30 * 100 }
    let result = try renderPixels(
      PNGFile.encode(bands), Rendition(maxWidth: 10, maxHeight: 10, fit: .cover, kernel: .box))
    #expect(result == Pixels(10, 10, channels: 1) { _, _, _ in 100 })
  }
}
