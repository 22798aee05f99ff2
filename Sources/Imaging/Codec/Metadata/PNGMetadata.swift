/// Takes in the chunks of a PNG that tell of more than its pixels: text, and Exif (PNG, third edition, 11.3.3).
struct PNGMetadata {
  private static let maxTexts = 64
  private var texts = 0
  /// Bytes that texts are still decompressed to: one file could have megabytes of it any number of times.
  private var roomForTexts = 16 << 20

  static func isWanted(_ name: String) -> Bool { ["eXIf", "tEXt", "zTXt", "iTXt"].contains(name) }

  /// Takes in a chunk of one of those names, the first eXIf of a file.
  mutating func read(_ name: String, _ chunk: [UInt8], into metadata: inout SourceMetadata) {
    if name == "eXIf" {
      guard metadata.exif == nil else { return }
      // Some writers put JPEG's name before it.
      metadata.exif = ExifReader(chunk.starts(with: "Exif\0\0".utf8) ? Array(chunk.dropFirst(6)) : chunk)
      if let reader = metadata.exif { metadata.rights.read(exif: reader) } else { metadata.rights.omit(.brokenExif) }
    } else {
      texts += 1
      guard texts <= Self.maxTexts else { return metadata.rights.omit(.manyTexts) }
      PNGText.read(name, chunk, room: &roomForTexts, into: &metadata.rights)
    }
  }
}
