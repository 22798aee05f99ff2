import Imaging
import ImagingFixtures
import Testing

/// Writes and reads PNG files by libpng itself.
enum PNGFile {
  struct Options {
    var depth = 8
    /// As in IHDR; nil for the type that fits the channels.
    var colourType: Int?
    var isInterlaced = false
    var level = 6
    var filters = 0
    var palette: [UInt8] = []
    var transparency: [UInt8] = []
    var exif: [UInt8] = []
    var profile: [UInt8] = []
  }

  /// - Parameter picture: its samples are the rows of the file, whatever depth and type the options give them.
  static func encode(_ picture: Pixels, _ change: (inout Options) -> Void = { _ in }) throws -> [UInt8] {
    var options = Options()
    change(&options)
    let types = [0, 4, 2, 6]
    let bytes = withPointers(options.palette, options.transparency, options.exif, options.profile) {
      palette, transparency, exif, profile in
      var png = fixture_png(
        width: CInt(picture.width), height: CInt(picture.height), depth: CInt(options.depth),
        colour_type: CInt(options.colourType ?? types[picture.channels - 1]),
        interlaced: options.isInterlaced ? 1 : 0, level: CInt(options.level), filters: CInt(options.filters),
        palette: palette.count > 0 ? palette.baseAddress : nil, palette_count: CInt(palette.count / 3),
        transparency: transparency.count > 0 ? transparency.baseAddress : nil,
        transparency_count: CInt(transparency.count), exif: exif.baseAddress, profile: profile.baseAddress,
        exif_size: exif.count, profile_size: profile.count)
      var size = 0
      return owned(fixture_png_encode(&png, picture.samples, &size), size)
    }
    return try #require(bytes)
  }

  private static func withPointers<Result>(
    _ a: [UInt8], _ b: [UInt8], _ c: [UInt8], _ d: [UInt8],
    _ body: (
      UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>
    ) -> Result
  ) -> Result {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeBufferPointer { c in d.withUnsafeBufferPointer { d in body(a, b, c, d) } }
      }
    }
  }

  /// Expanded to gray, gray + alpha, RGB or RGBA; of 16-bit samples, each is two bytes in native order.
  static func decode(_ bytes: [UInt8]) throws -> Pixels {
    var (width, height, channels, depth): (CInt, CInt, CInt, CInt) = (0, 0, 0, 0)
    let samples = fixture_png_decode(bytes, bytes.count, &width, &height, &channels, &depth)
    let count = Int(width) * Int(height) * Int(channels) * Int(depth) / 8
    return Pixels(
      width: Int(width), height: Int(height), channels: Int(channels), samples: try #require(owned(samples, count)))
  }

  /// Whether libpng reads it to its end.
  static func isReadable(_ bytes: [UInt8]) -> Bool {
    var (width, height, channels, depth): (CInt, CInt, CInt, CInt) = (0, 0, 0, 0)
    return owned(fixture_png_decode(bytes, bytes.count, &width, &height, &channels, &depth), 0) != nil
  }

  static func profile(of bytes: [UInt8]) -> [UInt8]? {
    var count = 0
    let profile = fixture_png_profile(bytes, bytes.count, &count)
    return owned(profile, count)
  }

  /// Where the chunks of a name lie, from their length to their checksum.
  static func chunks(_ name: String, of file: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var position = 8
    while position + 12 <= file.count {
      let end = position + 12 + file[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
      if file[position + 4..<position + 8].elementsEqual(name.utf8) { found.append(position..<end) }
      position = end
    }
    return found
  }

  /// The contents of all IDAT chunks.
  static func pictureData(of file: [UInt8]) -> [UInt8] {
    chunks("IDAT", of: file).flatMap { file[$0.lowerBound + 8..<$0.upperBound - 4] }
  }

  /// The file with other IDAT chunks, of the contents that `change` makes of the present ones.
  static func replacingPictureData(of file: [UInt8], _ change: ([UInt8]) -> [[UInt8]]) -> [UInt8] {
    let old = chunks("IDAT", of: file)
    guard let first = old.first, let last = old.last else { return file }
    return file[..<first.lowerBound] + change(pictureData(of: file)).flatMap { chunk("IDAT", $0) }
      + file[last.upperBound...]
  }

  /// CRC-32 as PNG defines it (annex D).
  static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var crc: UInt32 = .max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    let value = ~crc
    return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
