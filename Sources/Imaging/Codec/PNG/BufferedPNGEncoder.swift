import CDeflate

/// Encodes one PNG with its whole picture in memory: rows are filtered by SIMD, and libdeflate compresses them at once.
///
/// Several times as fast as libpng, for the memory of the picture; so for renditions up to a size.
final class BufferedPNGEncoder: PNGRowEncoder {
  /// libdeflate's level for each compression level: the step from its second to its sixth costs as much again as all of
  /// filtering and compressing, and saves 2 % of a photograph.
  private static let efforts = [0, 1, 1, 1, 1, 2, 2, 4, 6, 9]

  private let output: RenditionOutput
  private let level: Int
  private let rowBytes: Int
  private let filter: PNGFilter
  /// The filtered rows, each behind its type.
  private let filtered: UnsafeMutablePointer<UInt8>
  private var count = 0
  /// The latest two rows in turn, each behind 16 zeros.
  private let rows: UnsafeMutablePointer<UInt8>
  private let rowStride: Int
  private var parity = 0

  init(_ output: RenditionOutput, level: Int, width: Int, height: Int, channels: Int) {
    self.output = output
    self.level = level
    rowBytes = width * channels
    rowStride = (rowBytes + 63) & ~15
    filter = PNGFilter(count: rowBytes, pixelBytes: channels)
    filtered = .allocate(capacity: (rowBytes + 1) * height)
    rows = .allocate(capacity: 2 * rowStride)
    rows.initialize(repeating: 0, count: 2 * rowStride)
  }

  deinit {
    filter.deallocate()
    filtered.deallocate()
    rows.deallocate()
  }

  func start(width: Int, height: Int, channels: Int, _ kept: KeptBlocks) throws {
    let types: [UInt8] = [0, 4, 2, 6]
    var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    bytes += Self.chunk("IHDR", Self.number(width) + Self.number(height) + [8, types[channels - 1], 0, 0, 0])
    bytes += kept.pngChunks
    if !kept.profile.isEmpty {
      let compressed = try kept.profile.withUnsafeBufferPointer { try compress($0, level: 9) }
      bytes += Self.chunk("iCCP", Array("icc\0\0".utf8) + compressed)
    }
    if !kept.xmp.isEmpty { bytes += Self.chunk("iTXt", Array("XML:com.adobe.xmp\0\0\0\0\0".utf8) + kept.xmp) }
    if !kept.exif.isEmpty { bytes += Self.chunk("eXIf", kept.exif) }
    try write(bytes)
  }

  private func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try output.write($0) } }

  func write(row: UnsafePointer<UInt8>) {
    let current = rows + parity * rowStride + 16
    let above = rows + (1 - parity) * rowStride + 16
    current.update(from: row, count: rowBytes)
    if level == 0 {
      filtered[count] = 0
      (filtered + count + 1).update(from: row, count: rowBytes)
    } else {
      filter.apply(current, above: above, to: filtered + count)
    }
    count += rowBytes + 1
    parity = 1 - parity
  }

  func finish() throws {
    let compressed = try compress(UnsafeBufferPointer(start: filtered, count: count), level: Self.efforts[level])
    // In its parts, since putting them together would take the memory of the picture twice more.
    let name = Array("IDAT".utf8)
    let checksum = compressed.withUnsafeBufferPointer {
      libdeflate_crc32(PNGChunks.checksum(name), $0.baseAddress, $0.count)
    }
    try write(Self.number(compressed.count) + name)
    try write(compressed)
    try write(Self.number(Int(checksum)) + Self.chunk("IEND", []))
  }

  private func compress(_ bytes: UnsafeBufferPointer<UInt8>, level: Int) throws -> [UInt8] {
    guard let compressor = libdeflate_alloc_compressor(CInt(level)) else {
      throw ImagingError.encodingFailed(format: .png, detail: "out of memory")
    }
    defer { libdeflate_free_compressor(compressor) }
    let bound = libdeflate_zlib_compress_bound(compressor, bytes.count)
    let compressed = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
      count = libdeflate_zlib_compress(compressor, bytes.baseAddress, bytes.count, target.baseAddress, target.count)
    }
    guard !compressed.isEmpty else { throw ImagingError.encodingFailed(format: .png, detail: "the data do not fit") }
    return compressed
  }

  private static func chunk(_ name: String, _ payload: [UInt8]) -> [UInt8] {
    let content = Array(name.utf8) + payload
    return number(payload.count) + content + number(Int(PNGChunks.checksum(content)))
  }

  private static func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
