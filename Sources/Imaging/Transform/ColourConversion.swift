/// Conversions between the colour spaces of files, at 8 bits.
enum ColourConversion {
  /// R'G'B' from full-range Y'CbCr (JFIF 1.02, ITU-T T.871, section 7).
  static func rgb(
    y: UnsafePointer<UInt8>, cb: UnsafePointer<UInt8>, cr: UnsafePointer<UInt8>, pixels: Int,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    // Reads `pixels` samples of each plane, writes three times as many.
    for x in 0..<pixels {
      let colour = rgb(y[x], cb[x], cr[x])
      target[3 &* x] = UInt8(clamping: colour.red)
      target[3 &* x &+ 1] = UInt8(clamping: colour.green)
      target[3 &* x &+ 2] = UInt8(clamping: colour.blue)
    }
  }

  /// One colour, rounded but not clamped to 0…255.
  @inline(__always)
  static func rgb(_ y: UInt8, _ cb: UInt8, _ cr: UInt8) -> (red: Int32, green: Int32, blue: Int32) {
    // 16 fractional bits: 1.402, 0.344136, 0.714136, 1.772.
    let luma = Int32(y) &<< 16 &+ 32_768
    let blue = Int32(cb) &- 128
    let red = Int32(cr) &- 128
    return (
      (luma &+ 91_881 &* red) &>> 16, (luma &- 22_554 &* blue &- 46_802 &* red) &>> 16,
      (luma &+ 116_130 &* blue) &>> 16
    )
  }

  /// R'G'B' from CMYK without a profile: each colour times what black lets through.
  ///
  /// Reads 4 × `pixels` samples, of which 255 stands for no ink, as Adobe's programs store them and all others read
  /// them.
  static func rgb(fromInvertedCMYK source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, pixels: Int) {
    for x in 0..<pixels {
      let light = Int32(source[4 &* x &+ 3])
      for channel in 0..<3 {
        let product = Int32(source[4 &* x &+ channel]) &* light
        target[3 &* x &+ channel] = UInt8(truncatingIfNeeded: (product &+ 127) / 255)
      }
    }
  }
}
