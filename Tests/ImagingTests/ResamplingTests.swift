import Foundation
import Imaging
import Testing

@Suite("Resampling")
struct ResamplingTests {
  /// A kernel as its definition says, in double precision.
  private static func weight(_ kernel: Rendition.Kernel, _ x: Double) -> Double {
    let x = abs(x)
    switch kernel {
    case .lanczos3:
      if x >= 3 { return 0 }
      func sinc(_ x: Double) -> Double { x == 0 ? 1 : sin(.pi * x) / (.pi * x) }
      return sinc(x) * sinc(x / 3)
    case .mitchell:
      if x < 1 { return (7 * pow(x, 3) - 12 * x * x + 16.0 / 3) / 6 }
      return x < 2 ? (-7.0 / 3 * pow(x, 3) + 12 * x * x - 20 * x + 32.0 / 3) / 6 : 0
    case .box, .nearest: return x <= 0.5 ? 1 : 0
    }
  }

  /// One direction: weights cut off at the borders and normalised.
  private static func resample(_ line: [Double], to length: Int, _ kernel: Rendition.Kernel) -> [Double] {
    let step = Double(line.count) / Double(length)
    let scale = max(1, step)
    return (0..<length).map { index in
      let centre = (Double(index) + 0.5) * step
      if kernel == .nearest { return line[min(line.count - 1, Int(centre))] }
      var sum = 0.0
      var total = 0.0
      for (sample, value) in line.enumerated() {
        let weight = weight(kernel, (Double(sample) + 0.5 - centre) / scale)
        sum += weight * value
        total += weight
      }
      return sum / total
    }
  }

  /// The picture in double precision, unrounded, rows first down and then across.
  private static func reference(_ picture: Pixels, _ width: Int, _ height: Int, _ kernel: Rendition.Kernel) -> [Double]
  {
    reference(picture, width, height, kernel) { Double(picture[$0, $1, 0]) }
  }

  private static func reference(
    _ picture: Pixels, _ width: Int, _ height: Int, _ kernel: Rendition.Kernel, sample: (_ x: Int, _ y: Int) -> Double
  ) -> [Double] {
    let columns = (0..<picture.width).map { x in
      resample((0..<picture.height).map { sample(x, $0) }, to: height, kernel)
    }
    return (0..<height).flatMap { y in resample(columns.map { $0[y] }, to: width, kernel) }
  }

  static let sizes = [
    (101, 67, 50, 33), (64, 64, 64, 64), (200, 31, 17, 31), (50, 40, 77, 93), (97, 89, 3, 2), (7, 5, 1, 1),
  ]

  @Test(
    "is within 0.4 levels of double precision, beside the rounding to 8 bits", arguments: Rendition.Kernel.allCases,
    sizes)
  func accuracy(kernel: Rendition.Kernel, size: (Int, Int, Int, Int)) throws {
    let (width, height, newWidth, newHeight) = size
    for picture in [Pixels.noise(width, height, channels: 1), .scene(width, height, channels: 1)] {
      let rendition = Rendition(
        maxWidth: newWidth, maxHeight: newHeight, fit: .fill, enlarges: true, kernel: kernel)
      let result = try renderPixels(PNGFile.encode(picture), rendition)
      let expected = Self.reference(picture, newWidth, newHeight, kernel)
      for (sample, value) in zip(result.samples, expected) {
        #expect(abs(Double(sample) - min(max(value, 0), 255)) <= 0.9)
      }
    }
  }

  @Test("is that exact for 16 bits too", arguments: Rendition.Kernel.allCases, sizes)
  func accuracyOf16Bits(kernel: Rendition.Kernel, size: (Int, Int, Int, Int)) throws {
    let (width, height, newWidth, newHeight) = size
    let rendition = Rendition(maxWidth: newWidth, maxHeight: newHeight, fit: .fill, enlarges: true, kernel: kernel)
    let picture = Pixels.noise(width, height, channels: 2)
    let file = try PNGFile.encode(picture) {
      $0.depth = 16
      $0.colourType = 0
    }
    let expected = Self.reference(picture, newWidth, newHeight, kernel) { x, y in
      Double(picture[x, y, 0] * 256 + picture[x, y, 1]) / 257
    }
    for (sample, value) in zip(try renderPixels(file, rendition).samples, expected) {
      #expect(abs(Double(sample) - min(max(value, 0), 255)) <= 0.9)
    }
  }

  @Test("weighs colours by their alpha", arguments: Rendition.Kernel.allCases, sizes)
  func accuracyOfAlpha(kernel: Rendition.Kernel, size: (Int, Int, Int, Int)) throws {
    let (width, height, newWidth, newHeight) = size
    let rendition = Rendition(maxWidth: newWidth, maxHeight: newHeight, fit: .fill, enlarges: true, kernel: kernel)
    let picture = Pixels.noise(width, height, channels: 2)
    let result = try renderPixels(PNGFile.encode(picture), rendition)
    let alphas = Self.reference(picture, newWidth, newHeight, kernel) { x, y in Double(picture[x, y, 1]) }
    let weighed = Self.reference(picture, newWidth, newHeight, kernel) { x, y in
      Double(picture[x, y, 0] * picture[x, y, 1]) / 255
    }
    for index in alphas.indices {
      let alpha = min(max(alphas[index], 0), 255)
      #expect(abs(Double(result.samples[2 * index + 1]) - alpha) <= 0.9)
      // Both are off by 0.4 levels at most, which dividing by alpha makes larger.
      guard alpha >= 16 else { continue }
      let colour = min(max(weighed[index] * 255 / alpha, 0), 255)
      #expect(abs(Double(result.samples[2 * index]) - colour) <= 0.5 + 0.8 * 255 / alpha)
    }
  }

  @Test("treats interleaved channels as it treats a plane", arguments: [3, 4])
  func channels(count: Int) throws {
    var picture = Pixels.noise(90, 70, channels: count)
    if count == 4 { for pixel in 0..<90 * 70 { picture.samples[4 * pixel + 3] = 255 } }
    let result = try renderPixels(PNGFile.encode(picture), Rendition(maxWidth: 41))
    for channel in 0..<3 {
      let plane = Pixels(90, 70, channels: 1) { x, y, _ in picture[x, y, channel] }
      let expected = try renderPixels(PNGFile.encode(plane), Rendition(maxWidth: 41))
      let actual = Pixels(41, result.height, channels: 1) { x, y, _ in result[x, y, channel] }
      #expect(actual.maxDifference(from: expected) <= 1)
    }
  }

  @Test("leaves a flat area flat, at any size", arguments: [1, 3, 4])
  func flat(channels: Int) throws {
    for level in [0, 1, 127, 254, 255] {
      let picture = Pixels(83, 61, channels: channels) { _, _, channel in channel == 3 ? 255 : level }
      for width in [1, 10, 41, 82, 200] {
        let result = try renderPixels(PNGFile.encode(picture), Rendition(maxWidth: width, enlarges: true))
        #expect(result == Pixels(width, result.height, channels: channels) { _, _, c in c == 3 ? 255 : level })
      }
    }
  }

  @Test("manages the longest sides there are", arguments: [(1, 65_500), (65_500, 1)])
  func extremes(size: (Int, Int)) throws {
    let picture = Pixels(size.0, size.1, channels: 1) { x, y, _ in (x + y) % 2 * 200 }
    for file in [try PNGFile.encode(picture), try JPEGFile.encode(picture)] {
      for box in [1, 7, 300] {
        let result = try renderPixels(file, Rendition(maxWidth: box, maxHeight: box))
        #expect(max(result.width, result.height) == box)
        #expect(result.samples.allSatisfy { abs(Int($0) - 100) <= 4 })
      }
    }
  }

  @Test("of a small rendition from a larger one is as good as from the picture")
  func chained() throws {
    let file = try JPEGFile.encode(.scene(800, 600)) { $0.sampling = (2, 2) }
    let best = try #require(Quality(100))
    let chained = try render(
      file,
      [
        Rendition(maxWidth: 400, format: .jpeg, quality: best), Rendition(maxWidth: 100, format: .jpeg, quality: best),
        Rendition(maxWidth: 200, format: .jpeg, quality: best),
      ]
    ).outputs
    for (index, width) in [(1, 100), (2, 200)] {
      let alone = try render(file, [Rendition(maxWidth: width, format: .jpeg, quality: best)]).outputs[0]
      #expect(try JPEGFile.decode(chained[index].bytes).psnr(to: JPEGFile.decode(alone.bytes)) > 46)
    }
  }

  @Test("of a turned picture from a larger rendition is upright too", arguments: 2...8)
  func chainedAndTurned(orientation: Int) throws {
    let scene = Pixels.scene(401, 299)
    let exif = OrientationTests.exif(orientation: orientation)
    let turned = try JPEGFile.encode(scene) {
      $0.exif = exif; $0.sampling = (2, 2)
    }
    let upright = try JPEGFile.encode(scene.upright(from: orientation)) { $0.sampling = (2, 2) }
    let renditions = [Rendition(maxWidth: 131, format: .jpeg), Rendition(maxWidth: 43, format: .jpeg)]
    let outputs = try (render(turned, renditions).outputs, render(upright, renditions).outputs)
    for index in 0..<2 {
      let (one, other) = try (JPEGFile.decode(outputs.0[index].bytes), JPEGFile.decode(outputs.1[index].bytes))
      #expect(one.psnr(to: other) > 32)
    }
  }
}
