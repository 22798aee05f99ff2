/// Makes one rendition: takes in decoded rows as they come, hands encoded bytes to its output.
final class RenditionPipeline {
  private enum Encoder {
    /// Planes of gray or Y'CbCr straight into a JPEG.
    case planes(JPEGEncoder)
    case jpegRows(JPEGEncoder)
    case pngRows(any PNGRowEncoder)
  }

  private let output: RenditionOutput
  private let info: RenditionInfo
  private let resamplers: [PlaneResampler]
  private let encoder: Encoder
  private let finisher: any RowFinisher
  private let start: () throws -> Void
  /// Rows of luma in one row of MCUs; 1 where rows are encoded one by one.
  private let groupRows: Int
  private let halves: Bool
  /// Rows of each plane in a group.
  private let planeRows: [Int]
  private let planeHeights: [Int]
  /// The rows that this rendition is made from: the decoder's, or those that another rendition passes on.
  private var rings: [RowRing] = []
  /// Pipelines that are made from this one.
  private var followers: [RenditionPipeline] = []
  /// Groups encoded so far.
  private var encoded = 0

  init(
    _ rendition: Rendition, _ geometry: Geometry, _ metadata: SourceMetadata, planes: [PlaneLayout],
    transform: ColourTransform?, coding: PNGCoding, output: RenditionOutput
  ) throws {
    let header = metadata.header
    let format = rendition.outputFormat(for: header)
    let encodesPlanes = format == .jpeg && transform == nil && planes.allSatisfy { $0.channels == 1 }
    let halves = encodesPlanes && planes.count == 3 && rendition.subsampling == .s420
    self.output = output
    self.halves = halves
    info = RenditionInfo(width: geometry.width, height: geometry.height, format: format)
    let background = rendition.background
    let finisher: any RowFinisher =
      transform.map {
        ConvertingFinisher(planes: planes, format: format, background: background, transform: $0)
      } ?? PixelFinisher(planes: planes, format: format, background: background)
    self.finisher = finisher
    resamplers = planes.indices.map { index in
      let axes = geometry.axes(for: planes[index], of: header, chroma: halves && index > 0 ? 2 : 1)
      return PlaneResampler(
        planes[index], x: axes.x, y: axes.y, kernel: rendition.kernel, isWideResult: finisher.isWide,
        transposes: header.orientation.swapsAxes, blockSize: encodesPlanes ? (halves && index == 0 ? 16 : 8) : 1)
    }
    let channels = encodesPlanes ? planes.count : finisher.channels
    let kept = KeptBlocks(rendition, metadata, format: format, converts: transform != nil, channels: channels)
    groupRows = encodesPlanes ? (halves ? 16 : 8) : 1
    planeRows = planes.indices.map { encodesPlanes ? (halves && $0 == 0 ? 16 : 8) : 1 }
    planeHeights = planes.indices.map { halves && $0 > 0 ? (geometry.height + 1) / 2 : geometry.height }
    let size = (width: geometry.width, height: geometry.height)
    switch format {
    case .jpeg:
      let jpeg = try JPEGEncoder(output)
      encoder = encodesPlanes ? .planes(jpeg) : .jpegRows(jpeg)
      start = {
        try jpeg.start(
          rendition, width: size.width, height: size.height, channels: channels, planes: encodesPlanes, kept)
      }
    case .png:
      let level = rendition.compressionLevel
      let png: any PNGRowEncoder =
        (size.width * channels + 1) * size.height <= coding.encodedAtOnce
        ? BufferedPNGEncoder(output, level: level, width: size.width, height: size.height, channels: channels)
        : try LibpngEncoder(output, level: level)
      encoder = .pngRows(png)
      start = { try png.start(width: size.width, height: size.height, channels: channels, kept) }
    }
  }

  /// The source rows that the longest vertical filter of a plane spans.
  func reach(plane: Int) -> Int { resamplers[plane].reach }

  func begin() throws {
    try output.begin(info)
    try start()
  }

  /// The result as planes of their own, for smaller renditions to be made from.
  var results: [PlaneLayout] { resamplers.enumerated().map { $1.result(picture: info, halves: halves && $0 > 0) } }

  /// Has this rendition made from `rings`, one per plane.
  func connect(to rings: [RowRing]) { self.rings = rings }

  /// Has `followers` made from this rendition's result, and advance with it.
  func lead(_ followers: [RenditionPipeline]) {
    self.followers = followers
    let relays = RowRing.rings(results, for: followers)
    for (resampler, relay) in zip(resamplers, relays) { resampler.relay = relay }
    for follower in followers { follower.connect(to: relays) }
  }

  /// Takes in what the rings have.
  func advance() throws {
    for (resampler, ring) in zip(resamplers, rings) { resampler.advance(ring) }
    for follower in followers { try follower.advance() }
    try encode()
  }

  /// Encodes what is left.
  func finish() throws {
    var isDone = false
    while !isDone {
      isDone = true
      for (resampler, rows) in zip(resamplers, planeRows) where !resampler.emit(limit: rows) { isDone = false }
      try encode()
    }
    switch encoder {
    case .planes(let jpeg), .jpegRows(let jpeg): try jpeg.finish()
    case .pngRows(let png): try png.finish()
    }
    try output.end()
  }

  private func encode() throws {
    let groups = (info.height + groupRows - 1) / groupRows
    while encoded < groups {
      for (plane, resampler) in resamplers.enumerated() {
        let wanted = min((encoded + 1) * planeRows[plane], planeHeights[plane])
        if resampler.rows.count < wanted { return }
      }
      switch encoder {
      case .planes(let jpeg): try encodeBlocks(jpeg)
      case .jpegRows(let jpeg): try jpeg.write(row: finisher.finish(resamplers, row: encoded, pixels: info.width))
      case .pngRows(let png): try png.write(row: finisher.finish(resamplers, row: encoded, pixels: info.width))
      }
      encoded += 1
      for (plane, resampler) in resamplers.enumerated() {
        resampler.rows.discard(before: encoded * planeRows[plane])
      }
    }
  }

  private func encodeBlocks(_ jpeg: JPEGEncoder) throws {
    try withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UInt8>?.self, capacity: 3 * 16) { rows in
      try withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?.self, capacity: 3) {
        lists in
        for (plane, resampler) in resamplers.enumerated() {
          for row in 0..<planeRows[plane] {
            // The last rows of the picture are repeated to fill the block.
            let index = min(encoded * planeRows[plane] + row, planeHeights[plane] - 1)
            rows[plane * 16 + row] = resampler.rows.row(index).assumingMemoryBound(to: UInt8.self)
          }
          lists[plane] = rows.baseAddress.map { $0 + plane * 16 }
        }
        guard let base = lists.baseAddress else { return }
        try jpeg.write(planes: base)
      }
    }
  }
}
