import CResample

/// To and from `Wide` samples: 1/64 of an 8-bit step, colour multiplied by alpha.
package enum WideSamples {
  /// From decoded samples of 8 or 16 bits; `channels` 2 and 4 end in alpha.
  ///
  /// Exact to ¼ of a 1/64 step, and exact for 0 and full. 4 channels of 8 bits are taken two pixels at a time: `source`
  /// and `target` must have room for one pixel more.
  static func make(
    from source: UnsafeRawPointer, depth: Int, isBigEndian: Bool, channels: Int, pixels: Int,
    to target: UnsafeMutablePointer<Int16>
  ) {
    if depth == 8 && channels == 4 {
      multiply(source, pixels, target)
    } else if depth == 8 {
      make(pixels, channels, target) { UInt32(source.load(fromByteOffset: $0, as: UInt8.self)) &* 257 }
    } else if isBigEndian {
      make(pixels, channels, target) {
        UInt32(UInt16(bigEndian: source.load(fromByteOffset: 2 &* $0, as: UInt16.self)))
      }
    } else {
      make(pixels, channels, target) { UInt32(source.load(fromByteOffset: 2 &* $0, as: UInt16.self)) }
    }
  }

  /// From 16-bit samples.
  @inline(__always)
  private static func make(
    _ pixels: Int, _ channels: Int, _ target: UnsafeMutablePointer<Int16>, _ sample: (Int) -> UInt32
  ) {
    @inline(__always) func wide(_ value: UInt32) -> Int16 {
      Int16(truncatingIfNeeded: (value &* UInt32(Wide.one) &+ 32_768) &>> 16)
    }
    if channels % 2 == 1 {
      for index in 0..<pixels &* channels { target[index] = wide(sample(index)) }
      return
    }
    for pixel in 0..<pixels {
      let at = pixel &* channels
      let alpha = sample(at &+ channels &- 1)
      for channel in 0..<channels &- 1 {
        let product = UInt64(sample(at &+ channel) &* alpha) &+ 32_767
        target[at &+ channel] = wide(UInt32(truncatingIfNeeded: product / 65_535))
      }
      target[at &+ channels &- 1] = wide(alpha)
    }
  }

  /// RGBA of 8 bits: colour times alpha, alpha times 255, by 64/255.
  package static func multiply(_ source: UnsafeRawPointer, _ pixels: Int, _ target: UnsafeMutablePointer<Int16>) {
    var done = 0
    #if arch(x86_64)
      if InstructionSet.hasAVX2 {
        done = pixels & ~3
        cresample_multiply(source.assumingMemoryBound(to: UInt8.self), done, target)
      }
    #endif
    portableMultiply(source + 4 * done, pixels - done, target + 4 * done)
  }

  /// Two pixels at a time.
  package static func portableMultiply(
    _ source: UnsafeRawPointer, _ pixels: Int, _ target: UnsafeMutablePointer<Int16>
  ) {
    var pixel = 0
    while pixel < pixels {
      let pair = source.loadUnaligned(fromByteOffset: 4 &* pixel, as: UInt64.self).littleEndian
      let alphas = (pair &>> 24) & 0x0000_00FF_0000_00FF
      let factors = alphas &* 0x0001_0101 | 0xFF00_0000_FF00_0000
      let samples = widen(pair) &* widen(factors)
      // × 64/255 in 16 fractional bits, and rounded by the highest of them.
      let ratio: UInt16 = 16_448
      let wide = Widening.upper(samples, times: ratio) &+ (samples &* ratio) &>> 15
      UnsafeMutableRawPointer(target + 4 &* pixel).storeBytes(of: wide, as: SIMD8<UInt16>.self)
      pixel &+= 2
    }
  }

  @inline(__always)
  private static func widen(_ bytes: UInt64) -> SIMD8<UInt16> {
    SIMD8<UInt16>(truncatingIfNeeded: unsafeBitCast(bytes.littleEndian, to: SIMD8<UInt8>.self))
  }

  /// To 8 bits, colour divided by alpha again.
  static func straighten(
    _ source: UnsafePointer<Int16>, channels: Int, pixels: Int, to target: UnsafeMutablePointer<UInt8>
  ) {
    if channels == 4 { return straighten(source, pixels, target) }
    for pixel in 0..<pixels {
      let at = pixel &* channels
      let alpha = Int32(source[at &+ channels &- 1])
      for channel in 0..<channels &- 1 { target[at &+ channel] = divide(Int32(source[at &+ channel]), by: alpha) }
      target[at &+ channels &- 1] = narrow(alpha)
    }
  }

  /// To 16 bits without alpha, by which colour is divided; `channels` may have none, too.
  static func straighten(
    _ source: UnsafePointer<Int16>, channels: Int, pixels: Int, to target: UnsafeMutablePointer<UInt16>
  ) {
    /// From 64 · 255 to 65,535 for all.
    @inline(__always) func full(_ value: Int32) -> UInt16 { UInt16(clamping: (value &* 257) &>> Int32(bits)) }
    let bits = Wide.bits
    guard channels % 2 == 0 else {
      for index in 0..<pixels &* channels { target[index] = full(Int32(source[index])) }
      return
    }
    let colours = channels &- 1
    for pixel in 0..<pixels {
      let alpha = Int32(source[pixel &* channels &+ colours])
      for channel in 0..<colours {
        let colour = Int32(source[pixel &* channels &+ channel])
        if alpha >= Int32(Wide.one) {
          target[pixel &* colours &+ channel] = full(colour)
        } else {
          let product = Int64(colour) &* 65_535 &+ Int64(alpha / 2)
          target[pixel &* colours &+ channel] = alpha <= 0 ? 0 : UInt16(clamping: product / Int64(alpha))
        }
      }
    }
  }

  /// RGBA.
  ///
  /// Most pixels are opaque, or not there at all: they are spared the divisions, by 255/`Wide.one` being 1/64.
  private static func straighten(
    _ source: UnsafePointer<Int16>, _ pixels: Int, _ target: UnsafeMutablePointer<UInt8>
  ) {
    for pixel in 0..<pixels {
      let samples = Widening.int32(
        UnsafeRawPointer(source + 4 &* pixel).loadUnaligned(as: SIMD4<Int16>.self))
      let alpha = samples[3]
      var result = SIMD4<UInt8>.zero
      if alpha == Int32(Wide.one) {
        result = narrow(samples)
      } else if alpha != 0 {
        result = SIMD4(
          divide(samples[0], by: alpha), divide(samples[1], by: alpha), divide(samples[2], by: alpha), narrow(alpha))
      }
      UnsafeMutableRawPointer(target + 4 &* pixel).storeBytes(of: result, as: SIMD4<UInt8>.self)
    }
  }

  @inline(__always)
  private static func divide(_ colour: Int32, by alpha: Int32) -> UInt8 {
    alpha == 0 ? 0 : UInt8(clamping: (colour &* 255 &+ alpha / 2) / alpha)
  }

  /// To 8 bits over a background: `targetChannels` 1 or 3.
  ///
  /// `target` must have room for one byte more.
  static func flatten(
    _ source: UnsafePointer<Int16>, channels: Int, pixels: Int, over background: RGB, targetChannels: Int,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    if channels == 4 { return flatten(source, pixels, over: background, to: target) }
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

  /// RGBA, to RGB.
  package static func flatten(
    _ source: UnsafePointer<Int16>, _ pixels: Int, over background: RGB, to target: UnsafeMutablePointer<UInt8>
  ) {
    // Of 255, in 16 fractional bits.
    let behind = SIMD4(Int32(background.red), Int32(background.green), Int32(background.blue), 0) &* 257
    for pixel in 0..<pixels {
      let samples = Widening.int32(UnsafeRawPointer(source + 4 &* pixel).loadUnaligned(as: SIMD4<Int16>.self))
      var colour = samples
      let through = Int32(Wide.one) &- samples[3]
      if through != 0 { colour &+= (behind &* through &+ 32_768) &>> 16 }
      UnsafeMutableRawPointer(target + 3 &* pixel).storeBytes(of: narrow(colour), as: SIMD4<UInt8>.self)
    }
  }

  @inline(__always)
  private static func narrow(_ samples: SIMD4<Int32>) -> SIMD4<UInt8> {
    let rounded = (samples &+ (1 << Int32(Wide.bits - 1))) &>> Int32(Wide.bits)
    return SIMD4(truncatingIfNeeded: rounded.clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255)))
  }

  private static func narrow(_ value: Int32) -> UInt8 {
    UInt8(clamping: (value &+ (1 << Int32(Wide.bits - 1))) &>> Int32(Wide.bits))
  }
}
