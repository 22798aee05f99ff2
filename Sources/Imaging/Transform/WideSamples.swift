/// To and from `Wide` samples: 1/64 of an 8-bit step, colour multiplied by alpha.
enum WideSamples {
  /// From decoded samples of 8 or 16 bits (native byte order); `channels` 2 and 4 end in alpha.
  static func make(
    from source: UnsafeRawPointer, depth: Int, channels: Int, pixels: Int, to target: UnsafeMutablePointer<Int16>
  ) {
    if depth == 8 {
      let samples = source.assumingMemoryBound(to: UInt8.self)
      // 64·255/255² = 64/255, rounded.
      make(pixels, channels, target, full: 255) { Int(samples[$0]) }
    } else {
      let samples = source.assumingMemoryBound(to: UInt16.self)
      make(pixels, channels, target, full: 65_535) { Int(samples[$0]) }
    }
  }

  @inline(__always)
  private static func make(
    _ pixels: Int, _ channels: Int, _ target: UnsafeMutablePointer<Int16>, full: Int, _ sample: (Int) -> Int
  ) {
    let half = full / 2
    if channels == 1 || channels == 3 {
      for index in 0..<pixels * channels {
        target[index] = Int16(truncatingIfNeeded: (sample(index) &* Wide.one &+ half) / full)
      }
      return
    }
    let area = full * full
    for pixel in 0..<pixels {
      let at = pixel &* channels
      let alpha = sample(at &+ channels &- 1)
      for channel in 0..<channels - 1 {
        let product = sample(at &+ channel) &* alpha
        target[at &+ channel] = Int16(truncatingIfNeeded: (product &* Wide.one &+ area / 2) / area)
      }
      target[at &+ channels &- 1] = Int16(truncatingIfNeeded: (alpha &* Wide.one &+ half) / full)
    }
  }

  /// To 8 bits, colour divided by alpha again.
  static func straighten(
    _ source: UnsafePointer<Int16>, channels: Int, pixels: Int, to target: UnsafeMutablePointer<UInt8>
  ) {
    for pixel in 0..<pixels {
      let at = pixel &* channels
      let alpha = Int32(source[at &+ channels &- 1])
      for channel in 0..<channels - 1 {
        let colour = Int32(source[at &+ channel])
        target[at &+ channel] = alpha == 0 ? 0 : UInt8(clamping: (colour &* 255 &+ alpha / 2) / alpha)
      }
      target[at &+ channels &- 1] = narrow(alpha)
    }
  }

  /// To 8 bits over a background: `targetChannels` 1 or 3.
  static func flatten(
    _ source: UnsafePointer<Int16>, channels: Int, pixels: Int, over background: RGB, targetChannels: Int,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    let behind = [Int32(background.red), Int32(background.green), Int32(background.blue)]
    for pixel in 0..<pixels {
      let at = pixel &* channels
      let through = Int32(Wide.one) - Int32(source[at &+ channels &- 1])
      for channel in 0..<targetChannels {
        let colour = Int32(source[at &+ min(channel, channels &- 2)])
        target[pixel &* targetChannels &+ channel] = narrow(colour &+ through &* behind[channel] / 255)
      }
    }
  }

  private static func narrow(_ value: Int32) -> UInt8 {
    UInt8(clamping: (value &+ (1 << Int32(Wide.bits - 1))) &>> Int32(Wide.bits))
  }
}
