/// Makes one rendition: takes in decoded rows as they come, hands encoded bytes to its output.
final class RenditionPipeline {
  private enum Encoder {
    /// Planes of gray or Y'CbCr straight into a JPEG.
    case planes(JPEGEncoder)
    case jpegRows(JPEGEncoder)
    case pngRows(any PNGRowEncoder)
    /// Neither yet: rows that are opaque so far.
    case held(OpaqueRows)
  }

  private let output: RenditionOutput
  private let file: RenditionFile
  private let resamplers: [PlaneResampler]
  /// Nil until it begins.
  private var encoder: Encoder?
  private let finisher: any RowFinisher
  /// Nil where the pixels decide.
  private let format: ImageFormat?
  private let encodesPlanes: Bool
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
    transform: ColourTransform?, jpegTransform: ColourTransform?, coding: PNGCoding, output: RenditionOutput
  ) throws {
    let header = metadata.header
    format = rendition.outputFormat(for: header)
    let encodesPlanes = format == .jpeg && transform == nil && planes.allSatisfy { $0.channels == 1 }
    self.encodesPlanes = encodesPlanes
    let halves = encodesPlanes && planes.count == 3 && rendition.subsampling == .s420
    self.output = output
    self.halves = halves
    file = RenditionFile(
      rendition: rendition, width: geometry.width, height: geometry.height, metadata: metadata,
      isConverted: transform != nil, jpegTransform: jpegTransform, coding: coding, output: output)
    let (keepsAlpha, background) = (rendition.keepsAlpha(of: header), rendition.background)
    let finisher: any RowFinisher =
      transform.map {
        ConvertingFinisher(planes: planes, keepsAlpha: keepsAlpha, background: background, transform: $0)
      } ?? PixelFinisher(planes: planes, keepsAlpha: keepsAlpha, background: background)
    self.finisher = finisher
    resamplers = planes.indices.map { index in
      let axes = geometry.axes(for: planes[index], of: header, chroma: halves && index > 0 ? 2 : 1)
      return PlaneResampler(
        planes[index], x: axes.x, y: axes.y, kernel: rendition.kernel, isWideResult: finisher.isWide,
        transposes: header.orientation.swapsAxes, blockSize: encodesPlanes ? (halves && index == 0 ? 16 : 8) : 1)
    }
    groupRows = encodesPlanes ? (halves ? 16 : 8) : 1
    planeRows = planes.indices.map { encodesPlanes ? (halves && $0 == 0 ? 16 : 8) : 1 }
    planeHeights = planes.indices.map { halves && $0 > 0 ? (geometry.height + 1) / 2 : geometry.height }
  }

  /// The source rows that the longest vertical filter of a plane spans.
  func reach(plane: Int) -> Int { resamplers[plane].reach }

  /// Begins the file, unless its format is still to be told from the pixels.
  func begin() throws {
    let channels = finisher.channels
    switch format {
    case .jpeg where encodesPlanes: encoder = .planes(try file.jpeg(channels: resamplers.count, isPlanar: true))
    case .jpeg: encoder = .jpegRows(try file.jpeg(channels: channels, isPlanar: false))
    case .png: encoder = .pngRows(try file.png(channels: channels))
    case nil: encoder = .held(OpaqueRows(width: file.width, height: file.height, channels: channels))
    }
  }

  /// The result as planes of their own, for smaller renditions to be made from.
  var results: [PlaneLayout] { resamplers.enumerated().map { $1.result(of: file, halves: halves && $0 > 0) } }

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
    case .held(let rows):
      let jpeg = try file.jpeg(channels: rows.channels, isPlanar: false)
      try file.convert(rows) { try jpeg.write(row: $0) }
      try jpeg.finish()
    case nil: return
    }
    try output.end()
  }

  private func encode() throws {
    let groups = (file.height + groupRows - 1) / groupRows
    while encoded < groups {
      for (plane, resampler) in resamplers.enumerated() {
        let wanted = min((encoded + 1) * planeRows[plane], planeHeights[plane])
        if resampler.rows.count < wanted { return }
      }
      switch encoder {
      case .planes(let jpeg): try encodeBlocks(jpeg)
      case .jpegRows(let jpeg): try jpeg.write(row: finishedRow)
      case .pngRows(let png): try png.write(row: finishedRow)
      case .held(let rows): try hold(finishedRow, behind: rows)
      case nil: return
      }
      encoded += 1
      for (plane, resampler) in resamplers.enumerated() {
        resampler.rows.discard(before: encoded * planeRows[plane])
      }
    }
  }

  /// The next row to be encoded: valid until it is asked for again.
  private var finishedRow: UnsafePointer<UInt8> { finisher.finish(resamplers, row: encoded, pixels: file.width) }

  /// Puts an opaque row by.
  ///
  /// The first that is not makes a PNG of all that were.
  private func hold(_ row: UnsafePointer<UInt8>, behind rows: OpaqueRows) throws {
    if rows.append(row) { return }
    let png = try file.png(channels: finisher.channels)
    try rows.forEach(withAlpha: true) { try png.write(row: $0) }
    try png.write(row: row)
    encoder = .pngRows(png)
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
