/// Decodes a PNG of 8 or 16 bits that is not interlaced, row by row as the file comes: a streaming decompressor, rows
/// unfiltered by SIMD.
///
/// Several times as fast as libpng, which has the others (`LibpngDecoder`); the rows are the same.
final class NoninterlacedPNGDecoder: PictureDecoder {
  let planes: [PlaneLayout]
  private let header: ImageHeader
  private let data: PNGPictureData
  private let filtered: PNGFilteredRows
  private let rowBytes: Int
  private let pixelBytes: Int
  /// The unfiltered rows of a band, behind the row above it.
  private let rows: UnsafeMutablePointer<UInt8>
  private let rowStride: Int
  private var lastRow = 0
  /// Rows that could not be decoded: black, and transparent where there is alpha, as libpng's callers get them.
  private var lostRows = 0
  private(set) var isOpaque: Bool?

  /// Nil where it is not for this decoder; nothing has been read from `input` then.
  init?(_ input: ImageInput, _ metadata: SourceMetadata, _ limits: ImageLimits, _ log: DamageLog) throws {
    let header = metadata.header
    guard Self.serves(header) else { return nil }
    self.header = header
    pixelBytes = header.channels * header.bitDepth / 8
    rowBytes = header.width * pixelBytes
    rowStride = Self.rowStride(rowBytes)
    isOpaque = header.hasAlpha ? true : nil
    try limits.check(memory: Self.memory(header))
    data = try PNGPictureData(input, header, limits, log)
    filtered = try PNGFilteredRows(data, rowBytes: rowBytes + 1, rows: header.height, limits)
    let channels = header.colourSpace == .palette ? 3 : header.channels
    planes = [
      PlaneLayout(
        width: header.width, height: header.height, channels: channels,
        isWide: header.bitDepth == 16 || channels % 2 == 0, stride: header.width * channels,
        rowsPerBand: PaethWave.rows,
        extentX: Double(header.width), extentY: Double(header.height))
    ]
    rows = .allocate(capacity: (PaethWave.rows + 1) * rowStride)
    rows.initialize(repeating: 0, count: (PaethWave.rows + 1) * rowStride)
  }

  deinit { rows.deallocate() }

  var decodedShare: Double { 1 - Double(lostRows) / Double(header.height) }

  /// Whether a picture is for this decoder.
  ///
  /// Transparency by tRNS is left to libpng.
  static func serves(_ header: ImageHeader) -> Bool {
    header.format == .png && !header.isProgressive && header.bitDepth >= 8
      && header.hasAlpha == (header.channels % 2 == 0)
  }

  /// Bytes that it takes, beside the rows that it hands out.
  static func memory(_ header: ImageHeader) -> Int {
    let rowBytes = header.width * header.channels * header.bitDepth / 8
    return (PaethWave.rows + 1) * rowStride(rowBytes) + PNGFilteredRows.memory(rowBytes: rowBytes + 1)
  }

  /// With what `PaethWave` and `PNGUnfilter` may write behind a row.
  private static func rowStride(_ rowBytes: Int) -> Int { (rowBytes + 63) & ~15 }

  func decodeRows(into rings: [RowRing]) throws -> Bool {
    guard let ring = rings.first, ring.count < header.height else { return false }
    let count = min(PaethWave.rows, header.height - ring.count)
    let (source, available) = lostRows > 0 ? (UnsafePointer(rows), 0) : try filtered.next(count)
    // The band lies behind the last row of the one before.
    rows.update(from: rows + lastRow * rowStride, count: rowBytes)
    let types = (0..<available).map { source[$0 * (rowBytes + 1)] }
    let isWave = header.width >= PaethWave.rows && PaethWave.serves(types, step: pixelBytes)
    if isWave {
      PaethWave.apply(
        types, source + 1, sourceStride: rowBytes + 1, above: rows, to: rows + rowStride, targetStride: rowStride,
        count: rowBytes, step: pixelBytes)
    }
    for row in 0..<available {
      let filtered = source + row * (rowBytes + 1)
      let above = rows + row * rowStride
      let current = above + rowStride
      guard
        isWave
          || PNGUnfilter.apply(
            types[row], filtered + 1, above: above, to: current, count: rowBytes, pixelBytes: pixelBytes)
      else {
        guard data.log.rendersDamaged else { throw data.corrupt("filter type \(types[row])") }
        try data.log.warn("filter type \(types[row])")
        lose(count - row, in: ring)
        return true
      }
      convert(current, to: ring.row(ring.count))
      ring.append(rows: 1)
    }
    lose(count - available, in: ring)
    lastRow = count
    return true
  }

  private func lose(_ count: Int, in ring: RowRing) {
    guard count > 0 else { return }
    for _ in 0..<count {
      UnsafeMutableRawBufferPointer(start: ring.row(ring.count), count: planes[0].bytesPerRow).initializeMemory(
        as: UInt8.self, repeating: 0)
      ring.append(rows: 1)
    }
    lostRows += count
    if header.hasAlpha { isOpaque = false }
  }

  private func convert(_ row: UnsafeMutablePointer<UInt8>, to target: UnsafeMutableRawPointer) {
    if header.colourSpace == .palette {
      let bytes = target.assumingMemoryBound(to: UInt8.self)
      let palette = data.palette
      for x in 0..<header.width {
        let entry = 3 * Int(row[x])
        // libpng gives black for an index beyond the palette.
        for channel in 0..<3 { bytes[3 * x + channel] = entry + 3 <= palette.count ? palette[entry + channel] : 0 }
      }
    } else if planes[0].isWide {
      if isOpaque == true {
        isOpaque = Opacity.isWhole(row, channels: header.channels, depth: header.bitDepth, pixels: header.width)
      }
      WideSamples.make(
        from: row, depth: header.bitDepth, isBigEndian: true, channels: header.channels, pixels: header.width,
        to: target.assumingMemoryBound(to: Int16.self))
    } else {
      target.copyMemory(from: row, byteCount: rowBytes)
    }
  }

  func finish() throws { try filtered.finish() }
}
