/// What rendering an image will take, told from its header, for deciding where and whether to do it.
public struct ResourceEstimate: Sendable, Equatable {
  /// The most memory that the engine holds at once beyond the input's own buffer, in bytes.
  ///
  /// It is a bound: never less than what is held.
  public var peakMemoryBytes: Int
  /// CPU seconds on one core of 2.6 GHz (AMD EPYC, measured warm): megapixels of the source times a rate per way of
  /// coding, plus megapixels of each rendition times a rate per format.
  ///
  /// Photographs are within about ±50 % of it: an image's rate depends on how many bits its pixels have, and JPEGs of
  /// noise take up to four times it.
  public var cpuSeconds: Double
  /// Bytes of each rendition's file, at most but for pictures of noise: of a PNG those of its pixels, of a JPEG one a
  /// pixel.
  public var outputBytes: [Int]

  init(
    _ renditions: [Rendition], _ geometries: [Geometry], bases: [Int?] = [], converts: [Bool] = [],
    _ metadata: SourceMetadata, scale: Int,
    scalesChromaAlike: Bool = false
  ) {
    let header = metadata.header
    let decoding = DecodingCost(metadata, scale: scale, scalesChromaAlike: scalesChromaAlike)
    // Tables, the windows on the input and on each output, code that is run for the first time, and what the allocator
    // keeps.
    var memory = 2 << 20 + decoding.memory
    var seconds = decoding.seconds
    outputBytes = []
    // All renditions that are made from the decoded rows share one window on them.
    var window = 0
    for (index, (rendition, geometry)) in zip(renditions, geometries).enumerated() {
      let base = bases.indices.contains(index) ? bases[index] : nil
      let conversion = converts.indices.contains(index) && converts[index] ? metadata.colour.profile : nil
      let cost = RenditionCost(rendition, geometry, header, conversion)
      let rows = cost.reach(from: base.map { geometries[$0] }, header, scale: scale)
      if let base {
        memory += cost.window(rows: rows, width: cost.storedWidth(geometries[base], header))
      } else {
        window = max(window, rows)
      }
      memory += cost.memory + cost.filterBytes(rows: rows)
      seconds += cost.seconds
      outputBytes.append(cost.outputBytes)
    }
    if converts.contains(true) || header.isCMYK, let profile = metadata.colour.profile {
      memory += profile.conversionBytes
      seconds += 0.05
    }
    peakMemoryBytes = memory + decoding.rowBytes * (window + decoding.rowsPerBand)
    cpuSeconds = seconds
  }
}

/// What decoding takes.
private struct DecodingCost {
  /// Beside the window on its rows.
  var memory = 0
  var seconds: Double
  /// Of a row as the resampler reads it.
  let rowBytes: Int
  let rowsPerBand: Int

  init(_ metadata: SourceMetadata, scale: Int, scalesChromaAlike: Bool) {
    let header = metadata.header
    let megapixels = Double(header.width * header.height) / 1e6
    switch header.format {
    case .jpeg:
      let width = header.width * scale / 8 + 32
      rowBytes = (ScaledInverseDCT.isWide(size: scale) ? 6 : 3) * width
      rowsPerBand = 32
      // libjpeg's own rows, upsampled and converted where it makes RGB of them.
      memory = 12 * 8 * width
      if let held = ProgressiveDecoder.bytesHeld(metadata, scale: scale, scalesChromaAlike: scalesChromaAlike) {
        memory += held
        seconds = megapixels * (scale == 1 ? 0.0004 : 0.006)
      } else if metadata.frame?.hasSeveralScans ?? true {
        // All coefficients, of 2 bytes each, until the last scan is in.
        memory += 128 * ResourceEstimate.coefficientBlocks(metadata)
        seconds = megapixels * (header.isProgressive ? 0.012 : 0.008)
      } else {
        let isPlanar = header.colourSpace == .gray || header.colourSpace == .ycbcr
        seconds = megapixels * (!isPlanar || scale == 8 ? 0.006 : scale == 1 ? 0.0015 : scale > 4 ? 0.004 : 0.0025)
      }
      if header.isCMYK, metadata.colour.profile != nil {
        seconds += megapixels * Double(scale * scale) / 64 * ColourTransform.secondsPerMegapixel(header)
      }
    case .png:
      let pixelBytes = ResourceEstimate.decodedPixelBytes(header)
      let isWide = header.bitDepth == 16 || header.hasAlpha
      rowBytes = (header.width + 16) * (isWide && header.bitDepth < 16 ? 2 * pixelBytes : pixelBytes)
      rowsPerBand = PaethWave.rows
      let rows = header.width * pixelBytes
      memory = (PaethWave.rows + 5) * rows
      let isStreamed = NoninterlacedPNGDecoder.serves(header)
      if isStreamed { memory += NoninterlacedPNGDecoder.memory(header) }
      if header.isProgressive { memory += rows * header.height }
      seconds = megapixels * Double(pixelBytes) * (isStreamed ? 0.006 : 0.012)
    }
    // As it is read, and again in each of the steps to what a rendition keeps.
    if header.hasICCProfile { memory += 3 * metadata.profileBytes + (64 << 10) }
  }
}

/// What one rendition takes beside its window on the rows that it is made from.
private struct RenditionCost {
  let memory: Int
  let seconds: Double
  let outputBytes: Int
  private let rendition: Rendition
  private let geometry: Geometry
  private let bytesPerPixel: Int

  /// - Parameter conversion: what its colours are converted by, if they are
  init(_ rendition: Rendition, _ geometry: Geometry, _ header: ImageHeader, _ conversion: ICCProfile?) {
    self.rendition = rendition
    self.geometry = geometry
    let pixels = geometry.width * geometry.height
    let isPNG = rendition.keepsAlpha(of: header)
    let isOpaqueGray = header.colourSpace == .gray && !header.hasAlpha
    let channels = (isOpaqueGray ? 1 : 3) + (header.hasAlpha ? 1 : 0)
    bytesPerPixel = channels * (header.hasAlpha || conversion != nil && header.bitDepth == 16 ? 2 : 1)
    // Finished rows, as many as a row of MCUs has, several times over for planes that run ahead.
    var memory = 2 * 48 * (geometry.width + 64) * bytesPerPixel
    if header.orientation.swapsAxes || header.orientation.mirrorsStoredY {
      memory += (pixels + 4 * 65_500) * bytesPerPixel
    }
    // A JPEG of several passes keeps its coefficients; a PNG is held filtered, and compressed.
    let coefficients = rendition.progressive || rendition.optimizesCoding ? pixels * 6 : 0
    let filtered = min(pixels * channels, PNGCoding.standard.encodedAtOnce)
    switch rendition.outputFormat(for: header) {
    case .jpeg: memory += coefficients
    case .png: memory += 2 * filtered
    case nil:
      // Rows are held until one is transparent, or to the end; then an encoder takes them.
      let held = OpaqueRows.bytes(width: geometry.width, height: geometry.height, channels: channels)
      memory += max(2 * filtered, held + filtered, held + coefficients)
    }
    // A row of 16-bit colours, and two of 8 bits.
    if conversion != nil { memory += 12 * geometry.width }
    self.memory = memory
    seconds =
      Double(pixels) / 1e6
      * ((isPNG ? 0.07 : rendition.progressive ? 0.03 : 0.012)
        + (conversion == nil ? 0 : ColourTransform.secondsPerMegapixel(header)))
    outputBytes = pixels * (isPNG ? channels : 1) + 65_536
  }

  /// Rows that the longest vertical filter spans: of `base`, or of the picture decoded at `scale` eighths.
  func reach(from base: Geometry?, _ header: ImageHeader, scale: Int) -> Int {
    let swaps = header.orientation.swapsAxes
    let down = swaps ? geometry.cropWidth / Double(geometry.width) : geometry.cropHeight / Double(geometry.height)
    let rows = base.map { swaps ? $0.width : $0.height } ?? (header.height * scale + 7) / 8
    let step = max(1, down * Double(rows) / Double(header.height))
    return min(Int((2 * rendition.kernel.support * step).rounded(.up)) + 2, rows)
  }

  /// Pixels of a row of `base` in stored order.
  func storedWidth(_ base: Geometry, _ header: ImageHeader) -> Int {
    header.orientation.swapsAxes ? base.height : base.width
  }

  /// Rows of another rendition that this one is made from, and those that the other makes at once.
  func window(rows: Int, width: Int) -> Int { (rows + 24) * (width + 64) * bytesPerPixel }

  /// Both filters of each plane, of `rows` taps or about as many, as they are made and as they are kept.
  func filterBytes(rows: Int) -> Int { 3 * 2 * 2 * (geometry.width + geometry.height) * (rows + 8) }
}

extension ResourceEstimate {
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
