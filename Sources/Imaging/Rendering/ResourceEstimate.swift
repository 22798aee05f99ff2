/// What rendering an image will take, told from its header, for deciding where and whether to do it.
public struct ResourceEstimate: Sendable, Equatable {
  /// Bytes that the engine holds at once, beyond the input's own buffer.
  public var peakMemoryBytes: Int
  /// CPU seconds on one core of 2.6 GHz (AMD EPYC, measured warm): megapixels of the source times a rate per way of
  /// coding, plus megapixels of each rendition times a rate per format. Good to about ±50 %: an image's rate depends
  /// on how many bits its pixels have.
  public var cpuSeconds: Double

  init(
    _ renditions: [Rendition], _ geometries: [Geometry], _ metadata: SourceMetadata, scale: Int,
    scalesChromaAlike: Bool = false
  ) {
    let header = metadata.header
    let megapixels = Double(header.width * header.height) / 1e6
    var memory = 256 << 10
    var seconds: Double
    switch header.format {
    case .jpeg:
      let blocks = Self.coefficientBlocks(metadata)
      // A file of several scans is held as 64 coefficients of 2 bytes per block, or as the lowest one alone.
      let holdsMeans = MeansDecoder.serves(metadata, scale: scale, scalesChromaAlike: scalesChromaAlike)
      if header.isProgressive { memory += blocks * (holdsMeans ? 2 : 128) }
      let reduced = scale == 1 ? 0.001 : 0.002
      seconds = megapixels * (holdsMeans ? 0.0008 : header.isProgressive ? 0.010 : scale == 8 ? 0.005 : reduced)
      memory += header.width * scale / 8 * 3 * 32
    case .png:
      let pixelBytes = Self.decodedPixelBytes(header)
      let isBuffered = BufferedPNGDecoder.serves(header)
      // A picture decompressed at once is held, and so is its compressed form, which is rarely larger.
      if header.isProgressive { memory += header.width * header.height * pixelBytes }
      if isBuffered { memory += 2 * header.width * header.height * pixelBytes }
      seconds = megapixels * Double(pixelBytes) * (isBuffered ? 0.006 : 0.012)
      memory += header.width * pixelBytes * 4
    }
    for (rendition, geometry) in zip(renditions, geometries) {
      let pixels = geometry.width * geometry.height
      let isPNG = rendition.outputFormat(for: header) == .png
      let rowBytes = header.width * scale / 8 * (header.hasAlpha ? 8 : 3)
      let down =
        header.orientation.swapsAxes
        ? geometry.cropWidth / Double(geometry.width) : geometry.cropHeight / Double(geometry.height)
      let taps = 2 * rendition.kernel.support * max(1, down * Double(scale) / 8)
      let reach = min(Int(taps.rounded(.up)), header.height * scale / 8)
      memory += rowBytes * (reach + 18) + 64 * geometry.width * 4
      if header.orientation.swapsAxes || header.orientation.mirrorsStoredY {
        memory += pixels * (isPNG || header.hasAlpha ? (header.hasAlpha ? 8 : 3) : 3)
      }
      if !isPNG && (rendition.progressive || rendition.optimizesCoding) { memory += pixels * 6 }
      // A PNG is held filtered and compressed.
      if isPNG { memory += 2 * min(pixels * 4, BufferedPNGEncoder.maxBytes) }
      seconds += Double(pixels) / 1e6 * (isPNG ? 0.07 : rendition.progressive ? 0.03 : 0.012)
    }
    peakMemoryBytes = memory
    cpuSeconds = seconds
  }

  /// 8 × 8 blocks of all components.
  static func coefficientBlocks(_ metadata: SourceMetadata) -> Int {
    guard let frame = metadata.frame else { return 0 }
    let columns = (frame.width + 8 * frame.largestHorizontal - 1) / (8 * frame.largestHorizontal)
    let rows = (frame.height + 8 * frame.largestVertical - 1) / (8 * frame.largestVertical)
    return frame.components.reduce(0) { $0 + $1.horizontal * $1.vertical * columns * rows }
  }

  /// Bytes per pixel of a PNG after palettes and low depths have been expanded.
  static func decodedPixelBytes(_ header: ImageHeader) -> Int {
    let colours = header.colourSpace == .gray ? 1 : 3
    return (colours + (header.hasAlpha ? 1 : 0)) * (header.bitDepth == 16 ? 2 : 1)
  }
}
