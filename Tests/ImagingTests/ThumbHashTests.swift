import Foundation
import Testing

@testable import Imaging

@Suite("A ThumbHash")
struct ThumbHashTests {
  /// A pattern that is easy to make elsewhere; colour is not multiplied by alpha.
  private static func sample(_ x: Int, _ y: Int, _ channel: Int) -> Int {
    [x * 37 + y * 11, x * x * 3 + y * 29, x * 7 + y * y * 5, x * 53 + y * 17][channel] % 256
  }

  private static func cells(_ width: Int, _ height: Int, hasAlpha: Bool) -> [ThumbHash.Cell] {
    (0..<width * height).map { index in
      func value(_ channel: Int) -> Double { Double(sample(index % width, index / width, channel)) / 255 }
      let alpha = hasAlpha ? value(3) : 1
      return ThumbHash.Cell(value(0) * alpha, value(1) * alpha, value(2) * alpha, alpha)
    }
  }

  /// What `thumbhash` 0.1.2 on PyPI gives, a port of the reference implementation: as it is without alpha, and with
  /// alpha once the tuple that it takes for a number there is put in its parentheses.
  private static let vectors: [(width: Int, height: Int, hasAlpha: Bool, bytes: [UInt8])] = [
    (
      12, 8, false,
      [221, 248, 9, 37, 134, 100, 147, 121, 80, 133, 105, 133, 153, 150, 119, 133, 56, 143, 107, 214, 159]
    ),
    (8, 12, false, [155, 8, 10, 45, 14, 69, 120, 51, 166, 6, 165, 102, 138, 137, 118, 103, 6, 110, 170, 112, 213]),
    (
      9, 9, true,
      [
        155, 216, 133, 21, 8, 24, 106, 121, 16, 215, 147, 189, 88, 12, 62, 158, 160, 124, 148, 32, 85, 37, 150, 102,
        136,
      ]
    ),
    (
      30, 2, true,
      [28, 248, 133, 33, 130, 119, 96, 118, 136, 119, 135, 95, 120, 168, 79, 134, 119, 119, 120, 135, 135, 120, 8]
    ),
    (2, 30, false, [27, 248, 13, 17, 14, 119, 118, 8, 135, 150, 101, 85, 137, 64, 134, 120, 5]),
  ]

  @Test("is what the reference algorithm gives, with and without alpha, of any shape", arguments: vectors.indices)
  func reference(index: Int) {
    let vector = Self.vectors[index]
    let cells = Self.cells(vector.width, vector.height, hasAlpha: vector.hasAlpha)
    let hash = ThumbHash(cells, columns: vector.width, width: vector.width, height: vector.height)
    #expect(hash.bytes == vector.bytes)
    #expect(hash.bytes.count <= 25)
  }

  /// The mean colour that a hash stands for (the first three bytes, as the format describes them).
  private static func mean(of hash: [UInt8]) -> [Double] {
    let head = Int(hash[0]) | Int(hash[1]) << 8 | Int(hash[2]) << 16
    let l = Double(head & 63) / 63
    let p = Double(head >> 6 & 63) / 31.5 - 1
    let q = Double(head >> 12 & 63) / 31.5 - 1
    let blue = l - 2.0 / 3 * p
    let red = (3 * l - blue + q) / 2
    return [red, red - q, blue].map { 255 * $0 }
  }

  @Test("of a picture has its mean colour, from JPEG planes as from PNG rows")
  func mean() throws {
    let scene = Pixels.scene(300, 200)
    let expected = (0..<3).map { channel in
      Double(stride(from: channel, to: scene.samples.count, by: 3).reduce(0) { $0 + Int(scene.samples[$1]) }) / 60_000
    }
    for file in [try JPEGFile.encode(scene), try PNGFile.encode(scene)] {
      let hash = try #require(try render(file, [Rendition(maxWidth: 40)]).description.thumbhash)
      for (value, mean) in zip(Self.mean(of: hash), expected) { #expect(abs(value - mean) < 9) }
    }
  }

  @Test("is that of the upright picture", arguments: 1...8)
  func upright(orientation: Int) throws {
    let scene = Pixels.scene(360, 240)
    let turned = try PNGFile.encode(scene) { $0.exif = OrientationTests.exif(orientation: orientation) }
    let upright = try PNGFile.encode(scene.upright(from: orientation))
    let hash = try #require(try render(turned, []).description.thumbhash)
    let other = try #require(try render(upright, []).description.thumbhash)
    #expect(hash.count == other.count)
    // Points lie half a sample apart in a mirrored picture: a step of the scale at most.
    for (a, b) in zip(hash, other) {
      #expect(abs(Int(a & 15) - Int(b & 15)) <= 1 || abs(Int(a >> 4) - Int(b >> 4)) <= 1)
    }
  }

  @Test("of one pixel, of a line, and of nothing but transparent pixels is small and whole")
  func tiny() throws {
    for (width, height) in [(1, 1), (1, 700), (700, 1), (3, 2)] {
      for channels in 1...4 {
        let file = try PNGFile.encode(.scene(width, height, channels: channels))
        let hash = try #require(try render(file, []).description.thumbhash)
        #expect((5...25).contains(hash.count))
      }
    }
    let clear = try PNGFile.encode(Pixels(20, 20, channels: 4) { _, _, channel in channel == 3 ? 0 : 200 })
    let hash = try #require(try render(clear, []).description.thumbhash)
    #expect(hash[2] & 0x80 != 0 && hash[5] & 15 == 0)
  }
}
