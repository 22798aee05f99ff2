/// The picture data of a PNG, piece by piece as its IDAT chunks hold them, and what stands around them (PNG, third
/// edition, section 5.6).
///
/// Accepts and refuses what libpng does.
final class PNGPictureData {
  /// Of three bytes an entry; empty where there is none.
  private(set) var palette: [UInt8] = []
  let log: DamageLog
  private let chunks: PNGChunks
  private let limits: ImageLimits
  /// What is left of the IDAT chunk that is being read.
  private var left = 0
  /// The chunk behind the last IDAT, once it has been reached.
  private var following: PNGChunks.Chunk?

  /// Reads up to the first IDAT chunk.
  init(_ input: ImageInput, _ header: ImageHeader, _ limits: ImageLimits, _ log: DamageLog) throws {
    chunks = try PNGChunks(input)
    self.limits = limits
    self.log = log
    guard try chunks.begin().name == "IHDR" else { throw chunks.corrupt("the first chunk is not IHDR") }
    // It has been read and checked before, with the whole header.
    try chunks.skip(13)
    _ = try chunks.end()
    var hasPalette = false
    while true {
      let chunk = try chunks.begin()
      switch chunk.name {
      case "IDAT":
        guard header.colourSpace != .palette || !palette.isEmpty else { throw chunks.corrupt("no palette") }
        left = chunk.length
        return
      case "PLTE":
        guard !hasPalette else { throw chunks.corrupt("two palettes") }
        hasPalette = true
        try readPalette(chunk.length, header.colourSpace)
      default: try stepOver(chunk)
      }
    }
  }

  /// The next bytes: valid until the next call, and at least one.
  /// - Returns: nil behind the last of them.
  func next() throws -> UnsafeBufferPointer<UInt8>? {
    while left == 0 {
      guard following == nil else { return nil }
      try expect(chunks.end(), "a wrong checksum of picture data")
      let chunk = try chunks.begin()
      if chunk.name == "IDAT" { left = chunk.length } else { following = chunk }
    }
    let piece = try chunks.piece(atMost: left)
    left -= piece.count
    return piece
  }

  /// Steps over what is left, up to the end of the file.
  ///
  /// What is wrong there does not damage the picture.
  /// - Parameter hasSurplus: whether picture data have been left over
  func finish(hasSurplus: Bool) throws {
    do {
      try stepOverTheRest(hasSurplus)
    } catch let error as ImagingError where error.isDamage {
      try log.warn("behind the picture: \(error.damage)")
    }
  }

  private func stepOverTheRest(_ hasSurplus: Bool) throws {
    var hasSurplus = hasSurplus
    while try next() != nil { hasSurplus = true }
    if hasSurplus { try log.warn("picture data behind the last row") }
    while let chunk = following {
      // What comes in a second place is left out, as libpng does.
      if chunk.name == "IDAT" { try log.warn("picture data in two places") }
      try stepOver(chunk)
      following = chunk.name == "IEND" ? nil : try chunks.begin()
    }
  }

  private func stepOver(_ chunk: PNGChunks.Chunk) throws {
    switch chunk.name {
    case "IHDR": throw corrupt("two IHDR chunks")
    case "PLTE", "IDAT", "IEND": break
    default: guard !chunk.isCritical else { throw corrupt("an unknown critical chunk") }
    }
    try chunks.skip(chunk.length)
    let isIntact = try chunks.end()
    if chunk.isCritical { try expect(isIntact, "a wrong checksum of \(chunk.name)") }
  }

  /// By libpng's own rules (pngrutil.c, png_handle_PLTE): one that is none is left out where none is needed.
  private func readPalette(_ length: Int, _ space: ImageHeader.ColourSpace) throws {
    let isValid = length % 3 == 0 && (3...768).contains(length)
    switch space {
    case .palette where isValid: palette = try bytes(length)
    case .palette: throw chunks.corrupt("a palette of \(length) bytes")
    case .rgb where length == 0: throw chunks.corrupt("an empty palette")
    default: try chunks.skip(length)
    }
    try expect(chunks.end(), "a wrong checksum of the palette")
    if space == .gray || !isValid { try log.warn("a palette that is of no use") }
  }

  /// Takes something that is not as it should be for an error, or a damaged spot where those are rendered.
  private func expect(_ isRight: Bool, _ fault: String) throws {
    if isRight { return }
    guard log.rendersDamaged else { throw corrupt(fault) }
    try log.warn(fault)
  }

  private func bytes(_ length: Int) throws -> [UInt8] {
    guard length <= limits.maxMetadataBytes else { throw ImagingError.tooMuchMetadata(limit: limits.maxMetadataBytes) }
    var bytes: [UInt8] = []
    try chunks.append(length, to: &bytes)
    return bytes
  }

  func corrupt(_ detail: String) -> ImagingError { chunks.corrupt(detail) }
}
