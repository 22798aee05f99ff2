/// Decodes a PNG with its whole picture data in memory: libdeflate inflates them at once, and rows are unfiltered by
/// SIMD. About twice as fast as libpng, for the memory of the decompressed picture; so for pictures up to a size, not
/// interlaced, of 8 or 16 bits. The others are libpng's (`PNGDecoder`), and the rows are the same.
final class BufferedPNGDecoder: PictureDecoder {
  /// Decompressed bytes that may stand over.
  private static let slack = 65_536

  private(set) var planes: [PlaneLayout] = []
  private(set) var profile: [UInt8] = []
  private(set) var warnings = 0
  private let header: ImageHeader
  private let limits: ImageLimits
  private let chunks: PNGChunks
  private let rowBytes: Int
  private let pixelBytes: Int
  /// Of all filtered rows, in bytes.
  private let size: Int
  private var palette: [UInt8] = []
  /// The filtered rows, each behind its type, and room for what stands over.
  private let raw: LargeBuffer
  /// The unfiltered rows of a band, behind the row above it.
  private let rows: UnsafeMutablePointer<UInt8>
  private let rowStride: Int
  private var lastRow = 0

  /// Nil where it is not for this decoder; nothing has been read from `input` then.
  init?(_ input: ImageInput, _ metadata: SourceMetadata, _ limits: ImageLimits, _ buffering: PNGBuffering) throws {
    let header = metadata.header
    guard Self.serves(header, buffering) else { return nil }
    self.header = header
    self.limits = limits
    let samples = header.channels
    pixelBytes = samples * header.bitDepth / 8
    rowBytes = header.width * pixelBytes
    rowStride = (rowBytes + 63) & ~15
    size = (rowBytes + 1) * header.height
    try limits.check(memory: size)
    raw = LargeBuffer(size + Self.slack)
    rows = .allocate(capacity: (PaethWave.rows + 1) * rowStride)
    rows.initialize(repeating: 0, count: (PaethWave.rows + 1) * rowStride)
    chunks = try PNGChunks(input)
    try readPicture()
    let isPalette = header.colourSpace == .palette
    let channels = isPalette ? 3 : samples
    planes = [
      PlaneLayout(
        width: header.width, height: header.height, channels: channels,
        isWide: header.bitDepth == 16 || channels % 2 == 0, stride: header.width * channels,
        rowsPerBand: PaethWave.rows,
        extentX: Double(header.width), extentY: Double(header.height))
    ]
  }

  deinit {
    rows.deallocate()
  }

  /// Whether a picture is for this decoder. Transparency by tRNS is left to libpng.
  static func serves(_ header: ImageHeader, _ buffering: PNGBuffering) -> Bool {
    let pixelBytes = header.channels * header.bitDepth / 8
    return header.format == .png && !header.isProgressive && header.bitDepth >= 8
      && header.hasAlpha == (header.channels % 2 == 0)
      && (header.width * pixelBytes + 1) * header.height <= buffering.decoded
  }

  /// Bytes that the compressed form of `size` bytes in `rows` rows takes at most: deflate adds no more than 5 to 16 KB
  /// that it cannot compress, and no more than 16 to a row where it is flushed after each.
  static func mostCompressed(size: Int, rows: Int) -> Int { size + size / 1024 + 16 * rows + slack }

  private func readPicture() throws {
    var compressed: [UInt8] = []
    // What is longer is not all picture data.
    let mostCompressed = Self.mostCompressed(size: size, rows: header.height)
    // Of a stream as much as there can be, which is held only where it is written to: growing would hold it twice.
    compressed.reserveCapacity(min(chunks.fileLength ?? mostCompressed, mostCompressed))
    var (hasHeader, hasPalette, hasProfile, hasData, hasEnded) = (false, false, false, false, false)
    while true {
      let chunk = try chunks.begin()
      switch chunk.name {
      case "IDAT":
        // What comes in a second place is left out, as libpng does.
        if hasEnded {
          try chunks.skip(chunk.length)
          guard try chunks.end() else { throw chunks.corrupt("a wrong checksum of picture data") }
          try warn("picture data in two places")
          continue
        }
        guard header.colourSpace != .palette || !palette.isEmpty else { throw chunks.corrupt("no palette") }
        let kept = min(chunk.length, mostCompressed - compressed.count)
        try limits.check(memory: size + compressed.count + kept)
        try chunks.append(kept, to: &compressed)
        try chunks.skip(chunk.length - kept)
        guard try chunks.end() else { throw chunks.corrupt("a wrong checksum of picture data") }
        hasData = true
      case "PLTE" where !hasData:
        guard !hasPalette else { throw chunks.corrupt("a second palette") }
        hasPalette = true
        try readPalette(chunk.length)
      // The first is the only one that counts, or a small file could have megabytes decompressed any number of times.
      case "iCCP" where !hasData && !hasProfile:
        hasProfile = true
        let bytes = try bytes(chunk.length)
        if try chunks.end() { profile = PNGInflater.profile(bytes, limit: limits.maxMetadataBytes) ?? [] }
      case "IEND", "IHDR", "PLTE":
        guard chunk.name != "IHDR" || !hasHeader else { throw chunks.corrupt("a second header") }
        hasHeader = true
        try chunks.skip(chunk.length)
        guard try chunks.end() else { throw chunks.corrupt("a wrong checksum") }
        if chunk.name == "IEND" { return try inflate(compressed) }
      default:
        guard !chunk.isCritical else { throw chunks.corrupt("an unknown critical chunk") }
        try chunks.skip(chunk.length)
        _ = try chunks.end()
      }
      if chunk.name != "IDAT" && hasData { hasEnded = true }
    }
  }

  /// By libpng's own rules (pngrutil.c, png_handle_PLTE): one that is none is left out where none is needed.
  private func readPalette(_ length: Int) throws {
    let isValid = length % 3 == 0 && (3...768).contains(length)
    switch header.colourSpace {
    case .palette where isValid: palette = try bytes(length)
    case .palette: throw chunks.corrupt("a damaged palette")
    case .rgb where length == 0: throw chunks.corrupt("an empty palette")
    default: try chunks.skip(length)
    }
    guard try chunks.end() else { throw chunks.corrupt("a wrong checksum of a palette") }
    if header.colourSpace == .gray || !isValid { try warn("a palette that is of no use") }
  }

  private func bytes(_ length: Int) throws -> [UInt8] {
    guard length <= limits.maxMetadataBytes else { throw ImagingError.tooMuchMetadata(limit: limits.maxMetadataBytes) }
    var bytes: [UInt8] = []
    try chunks.append(length, to: &bytes)
    return bytes
  }

  private func inflate(_ compressed: [UInt8]) throws {
    func inflate(_ count: Int) -> PNGInflater.Outcome {
      let target = UnsafeMutableBufferPointer(start: raw.bytes, count: count)
      return compressed.withUnsafeBufferPointer { PNGInflater.inflate($0, into: target) }
    }
    var outcome = inflate(size)
    if case .tooLong = outcome {
      // What stands over is nobody's picture: it is left out and counted, as libpng does.
      if case .short = inflate(size + Self.slack) {
        try warn("more picture data than the header says")
        outcome = .whole
      }
    }
    switch outcome {
    case .whole: return
    case .short: throw chunks.corrupt("fewer picture data than the header says")
    case .tooLong: throw chunks.corrupt("more picture data than the header says")
    case .damaged: throw chunks.corrupt("the picture data cannot be decompressed")
    }
  }

  private func warn(_ what: String) throws {
    warnings += 1
    guard warnings <= limits.maxWarnings else {
      throw ImagingError.tooManyWarnings(format: .png, limit: limits.maxWarnings, last: what)
    }
  }

  func decodeBand(into rings: [RowRing]) throws -> Bool {
    guard let ring = rings.first, ring.count < header.height else { return false }
    let count = min(PaethWave.rows, header.height - ring.count)
    let source = raw.bytes + ring.count * (rowBytes + 1)
    // The band lies behind the last row of the one before.
    rows.update(from: rows + lastRow * rowStride, count: rowBytes)
    let types = (0..<count).map { source[$0 * (rowBytes + 1)] }
    let isWave = header.width >= PaethWave.rows && PaethWave.serves(types, step: pixelBytes)
    if isWave {
      PaethWave.apply(
        types, source + 1, sourceStride: rowBytes + 1, above: rows, to: rows + rowStride, targetStride: rowStride,
        count: rowBytes, step: pixelBytes)
    }
    for row in 0..<count {
      let filtered = source + row * (rowBytes + 1)
      let above = rows + row * rowStride
      let current = above + rowStride
      guard
        isWave
          || PNGUnfilter.apply(
            types[row], filtered + 1, above: above, to: current, count: rowBytes, pixelBytes: pixelBytes)
      else { throw chunks.corrupt("filter type \(types[row])") }
      convert(current, to: ring.row(ring.count))
      ring.append(rows: 1)
    }
    lastRow = count
    return true
  }

  private func convert(_ row: UnsafeMutablePointer<UInt8>, to target: UnsafeMutableRawPointer) {
    if header.colourSpace == .palette {
      let bytes = target.assumingMemoryBound(to: UInt8.self)
      for x in 0..<header.width {
        let entry = 3 * Int(row[x])
        // libpng gives black for an index beyond the palette.
        for channel in 0..<3 { bytes[3 * x + channel] = entry + 3 <= palette.count ? palette[entry + channel] : 0 }
      }
    } else if planes[0].isWide {
      WideSamples.make(
        from: row, depth: header.bitDepth, isBigEndian: true, channels: header.channels, pixels: header.width,
        to: target.assumingMemoryBound(to: Int16.self))
    } else {
      target.copyMemory(from: row, byteCount: rowBytes)
    }
  }

  /// The end of the file has been seen before the first row.
  func finish() {}
}
