/// The picture data of a PNG, piece by piece as its IDAT chunks hold them, and what stands around them (PNG, third
/// edition, section 5.6). Accepts and refuses what libpng does.
final class PNGPictureData {
  /// Of three bytes an entry; empty where there is none.
  private(set) var palette: [UInt8] = []
  /// Damaged spots that were stepped over.
  private(set) var warnings = 0
  private let chunks: PNGChunks
  private let limits: ImageLimits
  /// What is left of the IDAT chunk that is being read.
  private var left = 0
  /// The chunk behind the last IDAT, once it has been reached.
  private var following: PNGChunks.Chunk?

  /// Reads up to the first IDAT chunk.
  init(_ input: ImageInput, _ header: ImageHeader, _ limits: ImageLimits) throws {
    chunks = try PNGChunks(input)
    self.limits = limits
    guard try chunks.begin().name == "IHDR" else { throw chunks.corrupt("the first chunk is not IHDR") }
    // Its contents have been read before, with the whole header.
    try chunks.skip(13)
    guard try chunks.end() else { throw chunks.corrupt("a wrong checksum of IHDR") }
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
      guard try chunks.end() else { throw corrupt("a wrong checksum of picture data") }
      let chunk = try chunks.begin()
      if chunk.name == "IDAT" { left = chunk.length } else { following = chunk }
    }
    let piece = try chunks.piece(atMost: left)
    left -= piece.count
    return piece
  }

  /// Steps over what is left, up to the end of the file.
  func finish() throws {
    while try next() != nil {}
    while let chunk = following {
      // What comes in a second place is left out, as libpng does.
      if chunk.name == "IDAT" { try warn("picture data in two places") }
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
    guard isIntact || !chunk.isCritical else { throw corrupt("a wrong checksum of \(chunk.name)") }
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
    guard try chunks.end() else { throw chunks.corrupt("a wrong checksum of the palette") }
    if space == .gray || !isValid { try warn("a palette that is of no use") }
  }

  func warn(_ what: String) throws {
    warnings += 1
    guard warnings <= limits.maxWarnings else {
      throw ImagingError.tooManyWarnings(format: .png, limit: limits.maxWarnings, last: what)
    }
  }

  private func bytes(_ length: Int) throws -> [UInt8] {
    guard length <= limits.maxMetadataBytes else { throw ImagingError.tooMuchMetadata(limit: limits.maxMetadataBytes) }
    var bytes: [UInt8] = []
    try chunks.append(length, to: &bytes)
    return bytes
  }

  func corrupt(_ detail: String) -> ImagingError { chunks.corrupt(detail) }
}
