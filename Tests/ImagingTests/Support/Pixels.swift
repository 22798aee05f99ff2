import Foundation
import ImagingFixtures

/// A picture in memory: interleaved samples of 8 bits.
struct Pixels: Equatable {
  var width: Int
  var height: Int
  var channels: Int
  var samples: [UInt8]

  init(width: Int, height: Int, channels: Int, samples: [UInt8]) {
    self.width = width
    self.height = height
    self.channels = channels
    self.samples = samples
  }

  init(_ width: Int, _ height: Int, channels: Int, _ sample: (_ x: Int, _ y: Int, _ channel: Int) -> Int) {
    self.init(width: width, height: height, channels: channels, samples: [])
    samples.reserveCapacity(width * height * channels)
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<channels { samples.append(UInt8(clamping: sample(x, y, channel))) }
      }
    }
  }

  /// A picture without symmetry: gradients, a disc and fine texture, so that a shift, flip or swap shows.
  static func scene(_ width: Int, _ height: Int, channels: Int = 3) -> Pixels {
    Pixels(width, height, channels: channels) { x, y, channel in
      let u = (Double(x) + 0.5) / Double(width)
      let v = (Double(y) + 0.5) / Double(height)
      let wave = 40 * sin(2 * .pi * (3 * u + 5 * v * v + Double(channel)))
      let disc = (u - 0.3) * (u - 0.3) + (v - 0.25) * (v - 0.25) < 0.02 ? 60.0 : 0
      let base = channel == 0 ? 200 * u : channel == 1 ? 180 * v + 30 : 120 * (1 - u) * (1 - v) + 60
      return Int(base + 30 + 0.5 * wave + disc)
    }
  }

  /// Equal chances for every sample: the worst case for filters and predictors.
  static func noise(_ width: Int, _ height: Int, channels: Int, seed: UInt64 = 1) -> Pixels {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return Pixels(width, height, channels: channels) { _, _, _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 56)
    }
  }

  subscript(x: Int, y: Int, channel: Int) -> Int { Int(samples[(y * width + x) * channels + channel]) }

  /// The picture turned upright as EXIF 2.32 defines each orientation, pixel by pixel.
  func upright(from orientation: Int) -> Pixels {
    let swaps = orientation >= 5
    let (w, h) = swaps ? (height, width) : (width, height)
    return Pixels(w, h, channels: channels) { x, y, channel in
      let (sx, sy): (Int, Int) =
        switch orientation {
        case 2: (width - 1 - x, y)
        case 3: (width - 1 - x, height - 1 - y)
        case 4: (x, height - 1 - y)
        case 5: (y, x)
        case 6: (y, height - 1 - x)
        case 7: (width - 1 - y, height - 1 - x)
        case 8: (width - 1 - y, x)
        default: (x, y)
        }
      return self[sx, sy, channel]
    }
  }

  /// The largest difference of any two samples.
  func maxDifference(from other: Pixels) -> Int {
    guard width == other.width, height == other.height, channels == other.channels else { return 256 }
    return zip(samples, other.samples).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
  }

  /// Peak signal-to-noise ratio in dB.
  func psnr(to other: Pixels) -> Double {
    guard width == other.width, height == other.height, channels == other.channels else { return 0 }
    let sum = zip(samples, other.samples).reduce(0.0) { total, pair in
      let difference = Double(pair.0) - Double(pair.1)
      return total + difference * difference
    }
    return sum == 0 ? .infinity : 10 * log10(255 * 255 * Double(samples.count) / sum)
  }
}

/// Takes over what a fixture function has allocated.
func owned(_ pointer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> [UInt8]? {
  guard let pointer else { return nil }
  defer { free(pointer) }
  return Array(UnsafeBufferPointer(start: pointer, count: count))
}
