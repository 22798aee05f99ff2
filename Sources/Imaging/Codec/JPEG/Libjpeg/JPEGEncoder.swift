import CJPEG

/// Encodes one JPEG by libjpeg-turbo, from planes of Y'CbCr or from rows of gray or RGB.
final class JPEGEncoder {
  private let output: RenditionOutput
  private let encoder: OpaquePointer

  init(_ output: RenditionOutput) throws {
    self.output = output
    let context = Unmanaged.passUnretained(output).toOpaque()
    let write: cjpeg_write = { context, bytes, count in
      guard let context else { return 1 }
      return Unmanaged<RenditionOutput>.fromOpaque(context).takeUnretainedValue().write(bytes, count)
    }
    guard let encoder = cjpeg_encoder_create(write, context) else {
      throw ImagingError.encodingFailed(format: .jpeg, detail: "out of memory")
    }
    self.encoder = encoder
  }

  deinit { cjpeg_encoder_destroy(encoder) }

  /// Writes everything before the picture.
  func start(_ rendition: Rendition, width: Int, height: Int, channels: Int, planes: Bool, _ kept: KeptBlocks) throws {
    var settings = cjpeg_settings(
      width: CInt(width), height: CInt(height), components: CInt(channels), planes: planes ? 1 : 0,
      halves_chroma: rendition.subsampling == .s420 ? 1 : 0, quality: CInt(rendition.quality.value),
      progressive: rendition.progressive ? 1 : 0, optimizes: rendition.optimizesCoding ? 1 : 0)
    try check(cjpeg_encoder_start(encoder, &settings))
    if !kept.exif.isEmpty { try segment(0xE1, Array("Exif\0\0".utf8) + kept.exif) }
    if !kept.xmp.isEmpty { try segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + kept.xmp) }
    try writeProfile(kept.profile)
  }

  /// In segments of at most 65,519 bytes (ICC.1:2022, annex B.4).
  private func writeProfile(_ profile: [UInt8]) throws {
    let size = 65_519
    let count = (profile.count + size - 1) / size
    for number in 0..<count {
      let part = profile[number * size..<min((number + 1) * size, profile.count)]
      try segment(0xE2, Array("ICC_PROFILE\0".utf8) + [UInt8(number + 1), UInt8(count)] + part)
    }
  }

  private func segment(_ marker: Int, _ bytes: [UInt8]) throws {
    try check(bytes.withUnsafeBufferPointer { cjpeg_encoder_marker(encoder, CInt(marker), $0.baseAddress, $0.count) })
  }

  /// Encodes a row of MCUs.
  /// - Parameter planes: per plane, its 8 or 16 rows, each padded to whole blocks.
  func write(planes: UnsafePointer<UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?>) throws {
    try check(cjpeg_encoder_write_planes(encoder, planes))
  }

  func write(row: UnsafePointer<UInt8>) throws { try check(cjpeg_encoder_write_row(encoder, row)) }

  func finish() throws { try check(cjpeg_encoder_finish(encoder)) }

  private func check(_ status: CInt) throws {
    if Int(status) == CJPEG_OK { return }
    try output.rethrow()
    throw ImagingError.encodingFailed(format: .jpeg, detail: String(cString: cjpeg_encoder_message(encoder)))
  }
}
