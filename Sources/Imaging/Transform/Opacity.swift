/// Whether pixels with alpha are opaque, told from their samples.
enum Opacity {
  /// - Parameters:
  ///   - row: `pixels` of `channels` samples, alpha last, of `depth` 8 or 16 bits in either byte order
  /// - Returns: whether each alpha is all ones: 255, or of 16 bits 65,535.
  static func isWhole(_ row: UnsafeRawPointer, channels: Int, depth: Int, pixels: Int) -> Bool {
    switch (channels, depth) {
    case (4, 8): all(row, as: UInt32.self, alpha: 0xFF00_0000, pixels)
    case (2, 8): all(row, as: UInt16.self, alpha: 0xFF00, pixels)
    case (4, 16): all(row, as: UInt64.self, alpha: 0xFFFF_0000_0000_0000, pixels)
    case (2, 16): all(row, as: UInt32.self, alpha: 0xFFFF_0000, pixels)
    default: true
    }
  }

  /// A whole pixel at a time, with alpha in its most significant bits.
  @inline(__always)
  private static func all<Pixel: FixedWidthInteger>(
    _ row: UnsafeRawPointer, as type: Pixel.Type, alpha: Pixel, _ pixels: Int
  ) -> Bool {
    var common = Pixel.max
    for pixel in 0..<pixels {
      common &= Pixel(
        littleEndian: row.loadUnaligned(fromByteOffset: pixel &* MemoryLayout<Pixel>.size, as: Pixel.self))
    }
    return common & alpha == alpha
  }
}
