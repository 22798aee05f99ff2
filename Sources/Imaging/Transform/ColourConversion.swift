/// Conversions between the colour spaces of files, at 8 bits.
enum ColourConversion {
  /// R'G'B' from full-range Y'CbCr (JFIF 1.02, ITU-T T.871, section 7).
  static func rgb(
    y: UnsafePointer<UInt8>, cb: UnsafePointer<UInt8>, cr: UnsafePointer<UInt8>, pixels: Int,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    // 16 fractional bits: 1.402, 0.344136, 0.714136, 1.772.
    for x in 0..<pixels {
      let luma = Int32(y[x]) << 16 &+ 32_768
      let blue = Int32(cb[x]) &- 128
      let red = Int32(cr[x]) &- 128
      target[3 &* x] = UInt8(clamping: (luma &+ 91_881 &* red) &>> 16)
      target[3 &* x &+ 1] = UInt8(clamping: (luma &- 22_554 &* blue &- 46_802 &* red) &>> 16)
      target[3 &* x &+ 2] = UInt8(clamping: (luma &+ 116_130 &* blue) &>> 16)
    }
  }

  /// R'G'B' from CMYK without a profile: each colour times what black lets through.
  ///
  /// - Parameters:
  ///   - source: 4 × `pixels` samples
  ///   - inverted: whether 255 stands for no ink, as Adobe's programs store it
  static func rgb(fromCMYK source: [UInt8], inverted: Bool, to target: UnsafeMutablePointer<UInt8>, pixels: Int) {
    let flip: UInt8 = inverted ? 0 : 255
    source.withUnsafeBufferPointer { ink in
      for x in 0..<min(pixels, ink.count / 4) {
        let light = Int32(ink[4 &* x &+ 3] ^ flip)
        for channel in 0..<3 {
          let product = Int32(ink[4 &* x &+ channel] ^ flip) &* light
          target[3 &* x &+ channel] = UInt8(truncatingIfNeeded: (product &+ 127) / 255)
        }
      }
    }
  }
}
