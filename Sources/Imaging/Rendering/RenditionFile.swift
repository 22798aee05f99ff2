/// Begins a rendition's file, once its format is known.
struct RenditionFile {
  let rendition: Rendition
  let width: Int
  let height: Int
  let metadata: SourceMetadata
  /// Whether its pixels have become sRGB.
  let isConverted: Bool
  /// What makes them sRGB if the file, whose pixels decide of its format, becomes a JPEG and cannot say what they are.
  let jpegTransform: ColourTransform?
  let coding: PNGCoding
  let output: RenditionOutput

  /// A JPEG, up to its picture.
  /// - Parameters:
  ///   - channels: 1 or 3
  ///   - isPlanar: whether planes of gray or Y'CbCr will come, not rows of gray or RGB
  func jpeg(channels: Int, isPlanar: Bool) throws -> JPEGEncoder {
    try output.begin(RenditionInfo(width: width, height: height, format: .jpeg))
    let encoder = try JPEGEncoder(output)
    try encoder.start(
      rendition, width: width, height: height, channels: channels, planes: isPlanar,
      kept(channels: channels, .jpeg))
    return encoder
  }

  /// A PNG, up to its picture.
  /// - Parameter channels: 1 to 4
  func png(channels: Int) throws -> any PNGRowEncoder {
    try output.begin(RenditionInfo(width: width, height: height, format: .png))
    let level = rendition.compressionLevel
    let encoder: any PNGRowEncoder =
      (width * channels + 1) * height <= coding.encodedAtOnce
      ? BufferedPNGEncoder(output, level: level, width: width, height: height, channels: channels)
      : try LibpngEncoder(output, level: level)
    try encoder.start(width: width, height: height, channels: channels, kept(channels: channels, .png))
    return encoder
  }

  /// Hands out held rows as a JPEG takes them, each valid during the call.
  func convert(_ rows: OpaqueRows, _ body: (UnsafePointer<UInt8>) throws -> Void) throws {
    guard let jpegTransform else { return try rows.forEach(withAlpha: false, body) }
    // As the transform takes them: of 16 bits.
    var wide = [UInt16](repeating: 0, count: width * rows.channels)
    var converted = [UInt8](repeating: 0, count: width * rows.channels)
    try rows.forEach(withAlpha: false) { row in
      for index in wide.indices { wide[index] = UInt16(row[index]) * 257 }
      try converted.withUnsafeMutableBufferPointer { target in
        guard let base = target.baseAddress else { return }
        wide.withUnsafeBytes { source in
          if let source = source.baseAddress { jpegTransform.convert(source, to: base, pixels: width) }
        }
        try body(UnsafePointer(base))
      }
    }
  }

  private func kept(channels: Int, _ format: ImageFormat) -> KeptBlocks {
    KeptBlocks(
      rendition, metadata, format: format, converts: isConverted || format == .jpeg && jpegTransform != nil,
      channels: channels)
  }
}
