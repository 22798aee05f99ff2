import Imaging
import Testing

@Suite("PNG rows of all filter types by turns")
struct PNGFilterMixTests {
  /// Row types: all alike, each once, and mixtures in which one type or another prevails.
  static let patterns: [[UInt8]] = [
    [4], [0, 1, 2, 3, 4], [4, 4, 4, 4, 4, 4, 4, 2], [1, 4, 4], [4, 3, 3, 2, 4, 1, 0, 4, 4], [0, 0, 0, 0, 0, 0, 0, 4],
  ]

  @Test("are decoded as the specification says", arguments: patterns, 1...4)
  func mixture(pattern: [UInt8], channels: Int) throws {
    for (width, height) in [(1, 9), (7, 8), (8, 8), (9, 17), (33, 29)] {
      var picture = Pixels.noise(width, height, channels: channels, seed: UInt64(width + height))
      if channels % 2 == 0 {
        for pixel in 0..<width * height { picture.samples[(pixel + 1) * channels - 1] = 255 }
      }
      let file = Self.encode(picture) { pattern[$0 % pattern.count] }
      #expect(try PNGFile.decode(file) == picture)
      #expect(try renderPixels(file, Rendition()) == picture)
    }
  }

  @Test("with one that there is not are damage", arguments: [0, 5, 8, 15])
  func unknown(row: Int) throws {
    let file = Self.encode(.noise(20, 16, channels: 3)) { $0 == row ? 5 : 4 }
    let error = #expect(throws: ImagingError.self) { try render(file, [Rendition()]) }
    #expect(error?.code == "corrupt_image")
  }

  /// A PNG with rows of the types given, compressed not at all.
  private static func encode(_ picture: Pixels, type: (_ row: Int) -> UInt8) -> [UInt8] {
    let count = picture.width * picture.channels
    var rows: [UInt8] = []
    for y in 0..<picture.height {
      rows.append(type(y))
      for x in 0..<count {
        let sample = { (x: Int, y: Int) in x < 0 || y < 0 ? 0 : Int(picture.samples[y * count + x]) }
        let (left, up) = (sample(x - picture.channels, y), sample(x, y - 1))
        let predicted = predict(type(y), left, up, sample(x - picture.channels, y - 1))
        rows.append(UInt8(truncatingIfNeeded: sample(x, y) - predicted))
      }
    }
    return PNGFile.assemble(picture, data: PNGFile.stored(rows))
  }

  /// PNG, third edition, section 9.2, word by word.
  private static func predict(_ type: UInt8, _ left: Int, _ up: Int, _ corner: Int) -> Int {
    switch type {
    case 1: return left
    case 2: return up
    case 3: return (left + up) / 2
    case 4:
      let estimate = left + up - corner
      let (toLeft, toUp, toCorner) = (abs(estimate - left), abs(estimate - up), abs(estimate - corner))
      return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
    default: return 0
    }
  }
}
