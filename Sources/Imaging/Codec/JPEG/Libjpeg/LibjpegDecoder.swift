import CJPEG

/// Decodes a JPEG by libjpeg-turbo: gray and Y'CbCr as planes, as they are stored; RGB as rows, and CMYK as rows of
/// sRGB.
final class LibjpegDecoder: PictureDecoder {
  private let input: ImageInput
  private let limits: ImageLimits
  private let log: DamageLog
  private let decoder: OpaquePointer
  private let output: Int
  private(set) var planes: [PlaneLayout] = []
  /// What converts inks; nil for a plain formula.
  private let inks: ColourTransform?
  private var cmyk: [UInt8] = []

  /// - Parameters:
  ///   - inks: to sRGB, for a CMYK picture with a profile
  ///   - scale: eighths of the full size, 1…8; those that libjpeg is slow at become the next larger one that it is not
  ///   - scalesChromaAlike: whether subsampled chroma is reduced by `scale` too, or by less where it can be
  init(
    _ input: ImageInput, _ metadata: SourceMetadata, _ limits: ImageLimits, _ log: DamageLog, scale: Int,
    scalesChromaAlike: Bool, inks: ColourTransform?
  ) throws {
    self.input = input
    self.limits = limits
    self.log = log
    self.inks = inks
    switch metadata.header.colourSpace {
    case .cmyk, .ycck: output = CJPEG_CMYK_ROWS
    case .rgb: output = CJPEG_RGB_ROWS
    default: output = CJPEG_PLANES
    }
    let scale = [1, 2, 4].first { $0 >= scale } ?? 8
    let context = Unmanaged.passUnretained(input).toOpaque()
    let fill: cjpeg_fill = { context, bytes, count in
      guard let context else { return 1 }
      return Unmanaged<ImageInput>.fromOpaque(context).takeUnretainedValue().next(bytes, count)
    }
    let (warnings, scans) = (CInt(clamping: limits.maxWarnings), CInt(clamping: limits.maxScans))
    guard
      let decoder = cjpeg_decoder_create(
        fill, context, warnings, scans, log.rendersDamaged ? 1 : 0)
    else {
      throw ImagingError.tooMuchMemory(needed: 1024, limit: limits.maxMemory)
    }
    self.decoder = decoder
    try check(cjpeg_decoder_read_header(decoder))
    try check(cjpeg_decoder_start(decoder, CInt(scale), CInt(output), scalesChromaAlike ? 1 : 0))
    planes = layout(metadata.header, scale: scale)
  }

  deinit { cjpeg_decoder_destroy(decoder) }

  var decodedShare: Double { cjpeg_decoder_share(decoder) }

  private func layout(_ header: ImageHeader, scale: Int) -> [PlaneLayout] {
    let pictureX = Double(header.width * scale) / 8
    let pictureY = Double(header.height * scale) / 8
    guard output == CJPEG_PLANES else {
      let width = Int(cjpeg_decoder_width(decoder))
      if output == CJPEG_CMYK_ROWS { cmyk = [UInt8](repeating: 0, count: width * 4) }
      return [
        PlaneLayout(
          width: width, height: Int(cjpeg_decoder_height(decoder)), channels: 3, isWide: false, stride: width * 3,
          rowsPerBand: 1, extentX: pictureX, extentY: pictureY)
      ]
    }
    let raw = (0..<cjpeg_decoder_components(decoder)).map { cjpeg_decoder_plane(decoder, $0) }
    let largestX = Double(raw.map(\.horizontal).max() ?? 1)
    let largestY = Double(raw.map(\.vertical).max() ?? 1)
    return raw.map { plane in
      // Planes of lower sampling may be reduced by less, so a plane's size tells its own scale.
      let blocksX = Double(header.width) * Double(plane.horizontal) / largestX / 8
      let blocksY = Double(header.height) * Double(plane.vertical) / largestY / 8
      let size = Double(plane.rows / plane.vertical)
      return PlaneLayout(
        width: Int(plane.width), height: Int(plane.height), channels: 1, isWide: false, stride: Int(plane.stride),
        rowsPerBand: Int(plane.rows), extentX: blocksX * size, extentY: blocksY * size,
        averaged: max(1, 8 / Int(size)))
    }
  }

  func decodeRows(into rings: [RowRing]) throws -> Bool {
    guard let first = rings.first, first.count < planes[0].height else { return false }
    if output == CJPEG_PLANES {
      try decodePlanes(into: rings)
    } else {
      try decodeRow(into: first)
    }
    return true
  }

  private func decodePlanes(into rings: [RowRing]) throws {
    // Room for 4 components of at most 4 × 8 rows each.
    let most = 32
    let status = withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UInt8>?.self, capacity: 4 * most) { rows in
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?.self, capacity: 4) {
        lists in
        for (index, ring) in rings.enumerated() {
          for row in 0..<planes[index].rowsPerBand {
            rows[index * most + row] = ring.row(ring.count + row).assumingMemoryBound(to: UInt8.self)
          }
          lists[index] = rows.baseAddress.map { $0 + index * most }
        }
        return cjpeg_decoder_read_planes(decoder, lists.baseAddress)
      }
    }
    try check(status)
    for (plane, ring) in zip(planes, rings) {
      // The last band is filled up to whole blocks.
      ring.append(rows: min(plane.rowsPerBand, plane.height - ring.count))
    }
  }

  private func decodeRow(into ring: RowRing) throws {
    let target = ring.row(ring.count).assumingMemoryBound(to: UInt8.self)
    if output == CJPEG_RGB_ROWS {
      try check(cjpeg_decoder_read_row(decoder, target))
    } else {
      try check(cmyk.withUnsafeMutableBufferPointer { cjpeg_decoder_read_row(decoder, $0.baseAddress) })
      cmyk.withUnsafeBufferPointer { row in
        guard let source = row.baseAddress else { return }
        if let inks {
          inks.convert(source, to: target, pixels: planes[0].width)
        } else {
          ColourConversion.rgb(fromInvertedCMYK: source, to: target, pixels: planes[0].width)
        }
      }
    }
    ring.append(rows: 1)
  }

  func finish() throws {
    try check(cjpeg_decoder_finish(decoder))
    let warnings = Int(cjpeg_decoder_warnings(decoder))
    if warnings > 0 { try log.warn(String(cString: cjpeg_decoder_first_warning(decoder)), spots: warnings) }
  }

  private func check(_ status: CInt) throws {
    switch Int(status) {
    case CJPEG_OK: return
    case CJPEG_CALLER: try input.rethrow()
    case CJPEG_TRUNCATED: throw ImagingError.truncated(format: .jpeg, atByte: input.bytesRead)
    case CJPEG_SCANS: throw ImagingError.tooManyScans(limit: limits.maxScans)
    case CJPEG_MEMORY: throw ImagingError.tooMuchMemory(needed: limits.maxMemory, limit: limits.maxMemory)
    case CJPEG_WARNINGS:
      throw ImagingError.tooManyWarnings(format: .jpeg, limit: limits.maxWarnings, last: message)
    default: break
    }
    throw ImagingError.corrupt(format: .jpeg, detail: message, atByte: input.bytesRead)
  }

  private var message: String { String(cString: cjpeg_decoder_message(decoder)) }
}
