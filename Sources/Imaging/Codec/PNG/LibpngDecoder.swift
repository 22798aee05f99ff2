import CPNG

/// Decodes a PNG by libpng into rows of gray or RGB, with alpha if it has any.
///
/// Opaque pictures of 8 bits stay as they are; 16-bit and transparent ones become `Wide` samples, colour multiplied by
/// alpha. An interlaced picture is held whole, since no row is final before the last pass.
final class LibpngDecoder: PictureDecoder {
  private let input: ImageInput
  private let limits: ImageLimits
  private let log: DamageLog
  private let reader: OpaquePointer
  private let depth: Int
  private(set) var planes: [PlaneLayout] = []
  private let sampleBytes: Int
  /// One row as libpng writes it, and room for a pixel more; all rows of an interlaced picture.
  private let scratch: UnsafeMutableRawPointer
  private let isInterlaced: Bool
  private var isDecoded = false
  private(set) var isOpaque: Bool?

  init(_ input: ImageInput, _ metadata: SourceMetadata, _ limits: ImageLimits, _ log: DamageLog) throws {
    self.input = input
    self.limits = limits
    self.log = log
    let context = Unmanaged.passUnretained(input).toOpaque()
    let fill: cpng_fill = { context, bytes, count in
      guard let context else { return 1 }
      return Unmanaged<ImageInput>.fromOpaque(context).takeUnretainedValue().next(bytes, count)
    }
    var bounds = cpng_limits(
      max_width: UInt32(clamping: limits.maxDimension), max_height: UInt32(clamping: limits.maxDimension),
      max_chunk: limits.maxMetadataBytes, max_warnings: CInt(clamping: limits.maxWarnings),
      renders_damaged: log.rendersDamaged ? 1 : 0)
    guard let reader = cpng_reader_create(fill, context, &bounds) else {
      throw ImagingError.tooMuchMemory(needed: 1024, limit: limits.maxMemory)
    }
    self.reader = reader
    let status = cpng_reader_start(reader)
    let width = Int(cpng_reader_width(reader))
    let height = Int(cpng_reader_height(reader))
    let channels = Int(cpng_reader_channels(reader))
    depth = Int(cpng_reader_depth(reader))
    isInterlaced = metadata.header.isProgressive
    sampleBytes = width * channels * (depth / 8)
    let size = status == CPNG_OK ? sampleBytes * (isInterlaced ? height : 1) : 0
    let fits = size <= limits.maxMemory
    scratch = .allocate(byteCount: (fits ? size : 0) + 16, alignment: 16)
    // What is missing stays black, or transparent.
    scratch.initializeMemory(as: UInt8.self, repeating: 0, count: (fits ? size : 0) + 16)
    try check(status)
    try limits.check(memory: size)
    isOpaque = channels % 2 == 0 ? true : nil
    let isWide = depth == 16 || channels == 2 || channels == 4
    planes = [
      PlaneLayout(
        width: width, height: height, channels: channels, isWide: isWide, stride: width * channels, rowsPerBand: 1,
        extentX: Double(width), extentY: Double(height))
    ]
  }

  deinit {
    cpng_reader_destroy(reader)
    scratch.deallocate()
  }

  /// Of an interlaced picture's pixels.
  private(set) var decodedShare = 1.0
  private var isLost = false

  func decodeRows(into rings: [RowRing]) throws -> Bool {
    let plane = planes[0]
    guard let ring = rings.first, ring.count < plane.height else { return false }
    if isInterlaced && !isDecoded { try decodePasses() }
    let target = ring.row(ring.count)
    let source = isInterlaced ? scratch + ring.count * sampleBytes : scratch
    if plane.isWide {
      if !isInterlaced && isLost { scratch.initializeMemory(as: UInt8.self, repeating: 0, count: sampleBytes) }
      if !isInterlaced { try read(scratch) }
      if isOpaque == true {
        isOpaque = Opacity.isWhole(source, channels: plane.channels, depth: depth, pixels: plane.width)
      }
      WideSamples.make(
        from: source, depth: depth, isBigEndian: false, channels: plane.channels, pixels: plane.width,
        to: target.assumingMemoryBound(to: Int16.self))
    } else if isInterlaced {
      target.copyMemory(from: source, byteCount: sampleBytes)
    } else if isLost {
      target.initializeMemory(as: UInt8.self, repeating: 0, count: sampleBytes)
    } else {
      try read(target)
    }
    ring.append(rows: 1)
    return true
  }

  private func decodePasses() throws {
    for _ in 0..<cpng_reader_passes(reader) where !isLost {
      for row in 0..<planes[0].height where !isLost { try read(scratch + row * sampleBytes) }
    }
    isDecoded = true
  }

  private func read(_ row: UnsafeMutableRawPointer) throws {
    if isLost { return }
    let status = cpng_reader_read_row(reader, row.assumingMemoryBound(to: UInt8.self))
    if log.rendersDamaged && [CPNG_CORRUPT, CPNG_TRUNCATED].contains(Int(status)) {
      isLost = true
      decodedShare = cpng_reader_share(reader)
      return try log.warn(Int(status) == CPNG_TRUNCATED ? "the file ends early" : message)
    }
    try check(status)
  }

  func finish() throws {
    // An error leaves libpng where it cannot go on.
    if !isLost { try check(cpng_reader_finish(reader)) }
    let warnings = Int(cpng_reader_warnings(reader))
    if warnings > 0 { try log.warn(String(cString: cpng_reader_first_warning(reader)), spots: warnings) }
  }

  private func check(_ status: CInt) throws {
    switch Int(status) {
    case CPNG_OK: return
    case CPNG_CALLER: try input.rethrow()
    case CPNG_TRUNCATED: throw ImagingError.truncated(format: .png, atByte: input.bytesRead)
    case CPNG_WARNINGS: throw ImagingError.tooManyWarnings(format: .png, limit: limits.maxWarnings, last: message)
    default: break
    }
    throw ImagingError.corrupt(format: .png, detail: message, atByte: input.bytesRead)
  }

  private var message: String { String(cString: cpng_reader_message(reader)) }
}
