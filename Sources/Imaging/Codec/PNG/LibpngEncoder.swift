import CPNG

/// Encodes one PNG from rows of 1 to 4 channels of 8 bits.
protocol PNGRowEncoder: AnyObject {
  /// Writes everything before the picture.
  func start(width: Int, height: Int, channels: Int, _ kept: KeptBlocks) throws
  func write(row: UnsafePointer<UInt8>) throws
  func finish() throws
}

/// Encodes a PNG by libpng, row by row, in memory that does not grow with the picture.
final class LibpngEncoder: PNGRowEncoder {
  private let output: RenditionOutput
  private let level: Int
  private let writer: OpaquePointer

  init(_ output: RenditionOutput, level: Int) throws {
    self.output = output
    self.level = level
    let context = Unmanaged.passUnretained(output).toOpaque()
    let write: cpng_write = { context, bytes, count in
      guard let context else { return 1 }
      return Unmanaged<RenditionOutput>.fromOpaque(context).takeUnretainedValue().write(bytes, count)
    }
    guard let writer = cpng_writer_create(write, context) else {
      throw ImagingError.encodingFailed(format: .png, detail: "out of memory")
    }
    self.writer = writer
  }

  deinit { cpng_writer_destroy(writer) }

  func start(width: Int, height: Int, channels: Int, _ kept: KeptBlocks) throws {
    let xmp = (kept.xmp + [0]).map { CChar(bitPattern: $0) }
    let status = kept.profile.withUnsafeBufferPointer { profile in
      kept.exif.withUnsafeBufferPointer { exif in
        xmp.withUnsafeBufferPointer { xmp in
          kept.pngChunks.withUnsafeBufferPointer { chunks in
            var settings = cpng_settings(
              width: UInt32(width), height: UInt32(height), channels: CInt(channels),
              level: CInt(level), profile: profile.baseAddress, profile_size: profile.count, chunks: chunks.baseAddress,
              chunks_size: chunks.count, exif: exif.baseAddress, exif_size: exif.count,
              xmp: kept.xmp.isEmpty ? nil : xmp.baseAddress)
            return cpng_writer_start(writer, &settings)
          }
        }
      }
    }
    try check(status)
  }

  func write(row: UnsafePointer<UInt8>) throws { try check(cpng_writer_write_row(writer, row)) }

  func finish() throws { try check(cpng_writer_finish(writer)) }

  private func check(_ status: CInt) throws {
    if Int(status) == CPNG_OK { return }
    try output.rethrow()
    throw ImagingError.encodingFailed(format: .png, detail: String(cString: cpng_writer_message(writer)))
  }
}
