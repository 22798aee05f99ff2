/// Puts PNG files together chunk by chunk (PNG, third edition, section 5): what libpng would not write too.
extension PNGFile {
  /// A file of 8 bits per sample whose picture data are `data`.
  ///
  /// - Parameters:
  ///   - before, after: whole chunks around the picture data
  static func assemble(
    _ picture: Pixels, colourType: UInt8? = nil, data: [UInt8], before: [UInt8] = [], after: [UInt8] = []
  ) -> [UInt8] {
    let type = colourType ?? [0, 4, 2, 6][picture.channels - 1]
    let header = number(picture.width) + number(picture.height) + [8, type, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + before + chunk("IDAT", data)
      + after + chunk("IEND", [])
  }

  /// The rows of a picture as they are in a file, each behind the filter type 0.
  static func unfiltered(_ picture: Pixels) -> [[UInt8]] {
    let count = picture.width * picture.channels
    return (0..<picture.height).map { [0] + picture.samples[$0 * count..<($0 + 1) * count] }
  }

  /// A zlib stream (RFC 1950) of one stored block (RFC 1951, 3.2.4), of at most 65,535 bytes.
  static func stored(_ bytes: [UInt8]) -> [UInt8] { stored(blocks: [bytes]) }

  /// A zlib stream of a stored block for each of `blocks`.
  static func stored(blocks: [[UInt8]]) -> [UInt8] {
    var (a, b) = (1, 0)
    var stream: [UInt8] = [0x78, 0x01]
    for (index, block) in blocks.enumerated() {
      for byte in block {
        a = (a + Int(byte)) % 65_521
        b = (b + a) % 65_521
      }
      let (low, high) = (UInt8(block.count & 0xFF), UInt8(block.count >> 8))
      stream += [index == blocks.count - 1 ? 1 : 0, low, high, ~low, ~high] + block
    }
    return stream + number(b << 16 | a)
  }

  static func chunk(_ name: String, _ payload: [UInt8]) -> [UInt8] {
    let content = Array(name.utf8) + payload
    return number(payload.count) + content + checksum(content)
  }

  /// Four bytes, most significant first.
  static func number(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
}
