import Foundation
import Imaging
import Testing

@Suite("Filters of averaged samples")
struct FilterBankTests {
  private static let source = 240
  private static let length = 96

  /// A wave of 100 levels about gray, of `frequency` cycles per sample, resampled.
  private static func resample(_ frequency: Double, gain: Double, _ kernel: Rendition.Kernel, averaged: Int)
    -> [Double]
  {
    let axis = Axis(
      sourceLength: source, length: length, origin: 0, step: Double(source) / Double(length), isMirrored: false)
    let bank = FilterBank(axis, kernel: kernel, averaged: averaged, multiple: 8, isRelative: true)
    let row = (0..<source + 64).map { index in
      let angle = 2 * Double.pi * frequency * (Double(index) + 0.5)
      return Int16((64 * (128 + 100 * gain * cos(angle))).rounded())
    }
    var result = [UInt8](repeating: 0, count: length + 4)
    HorizontalKernel.narrow(row, bank, &result)
    // The ends, where the wave is cut off, are left out.
    return result[12..<length - 12].map { Double($0) }
  }

  private static func difference(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { abs($0 - $1) }.max() ?? 0
  }

  @Test("give back what averaging has taken from what is fine", arguments: [2, 4, 8], [0.08, 0.12, 0.16])
  func response(averaged: Int, frequency: Double) {
    // The mean of n neighbours, a n-th of a sample apart, of a wave.
    let left = sin(.pi * frequency) / (Double(averaged) * sin(.pi * frequency / Double(averaged)))
    for kernel in [Rendition.Kernel.lanczos3, .mitchell] {
      let wanted = Self.resample(frequency, gain: 1, kernel, averaged: 1)
      let dimmed = Self.resample(frequency, gain: left, kernel, averaged: 1)
      let restored = Self.resample(frequency, gain: left, kernel, averaged: averaged)
      #expect(Self.difference(restored, wanted) <= 1)
      // Where averaging takes more than two of a hundred levels, it shows unless it is given back.
      if 100 * (1 - left) > 2 { #expect(Self.difference(dimmed, wanted) > Self.difference(restored, wanted) + 0.5) }
    }
  }

  @Test("leave a flat area as it is, to its ends", arguments: Rendition.Kernel.allCases, [1, 2, 4, 8])
  func flat(kernel: Rendition.Kernel, averaged: Int) {
    for (source, length) in [(1, 1), (2, 1), (3, 2), (64, 30), (63, 5)] {
      let axis = Axis(
        sourceLength: source, length: length, origin: 0, step: Double(source) / Double(length), isMirrored: false)
      let bank = FilterBank(axis, kernel: kernel, averaged: averaged, multiple: 8, isRelative: true)
      #expect(bank.range.lowerBound >= 0 && bank.range.upperBound <= source)
      var result = [UInt8](repeating: 0, count: length + 4)
      HorizontalKernel.narrow([Int16](repeating: 200 * 64, count: source + 64), bank, &result)
      #expect(result[..<length].allSatisfy { $0 == 200 })
    }
  }

  @Test("make a small picture from the means of blocks that is like one made from all samples")
  func means() throws {
    // At 2.5 times the rendition, the decoder takes the means of blocks.
    let picture = Pixels.scene(640, 480, channels: 1)
    let means = try renderPixels(JPEGFile.encode(picture) { $0.quality = 98 }, Rendition(maxWidth: 32, format: .png))
    let whole = try renderPixels(PNGFile.encode(picture), Rendition(maxWidth: 32, format: .png))
    #expect(means.psnr(to: whole) > 45)
  }
}
