/// How an image is decoded for a list of renditions, and what that costs: made from the header alone.
struct DecodePlan {
  /// Eighths of the full size that a JPEG is decoded at: 1…8, and 1, 2, 4 or 8 where libjpeg is to do it.
  var scale: Int
  /// Whether every rendition halves its chroma, and the source does no more, so that chroma can be reduced as luma is.
  var scalesChromaAlike: Bool
  var geometries: [Geometry]
  /// For each rendition, the larger one that it is made from; nil for those that are made from the decoded picture.
  var bases: [Int?]
  /// For each rendition, whether its pixels are converted to sRGB after resampling.
  var converts: [Bool]
  /// For each rendition, whether they are if it turns out to be a JPEG.
  var convertsAsJPEG: [Bool]
  /// Whether any colours are converted, by decoder or renditions.
  var needsTransform: Bool
  var estimate: ResourceEstimate

  /// - Throws: ``ImagingError/invalidRendition(index:why:)``.
  init(_ renditions: [Rendition], _ metadata: SourceMetadata, _ limits: ImageLimits) throws(ImagingError) {
    let header = metadata.header
    var geometries: [Geometry] = []
    for (index, rendition) in renditions.enumerated() {
      geometries.append(try Geometry(rendition, index: index, of: header))
    }
    self.geometries = geometries
    scale = header.format == .jpeg ? Self.scale(renditions, geometries, metadata) : 8
    let converts = renditions.map { metadata.colour.converts($0, of: header) }
    self.converts = converts
    convertsAsJPEG = renditions.map { metadata.colour.convertsAsJPEG($0, of: header) }
    let mayConvert = zip(converts, convertsAsJPEG).map { $0 || $1 }
    needsTransform = mayConvert.contains(true) || header.isCMYK
    bases = Self.bases(renditions, geometries, converts, header)
    let frame = metadata.frame
    let halvesAtMost =
      frame?.components.allSatisfy {
        2 * $0.horizontal >= frame?.largestHorizontal ?? 1 && 2 * $0.vertical >= frame?.largestVertical ?? 1
      } ?? true
    scalesChromaAlike =
      halvesAtMost && !converts.contains(true)
      && renditions.allSatisfy { $0.outputFormat(for: header) == .jpeg && $0.subsampling == .s420 }
    estimate = ResourceEstimate(
      renditions, geometries, bases: bases, converts: mayConvert, metadata, scale: scale,
      scalesChromaAlike: scalesChromaAlike)
    // A progressive JPEG holds the coefficients of its whole picture, as many as its scale squared: rather than being
    // refused it is decoded coarser. By the limit alone, so that every machine makes the same picture of it.
    guard ProgressiveDecoder.serves(metadata) else { return }
    let reduction = Self.reduction(geometries)
    while estimate.peakMemoryBytes > limits.maxMemory, reduction * Double(scale - 1) / 8 >= Self.leastLeftInMemory {
      scale -= 1
      estimate = ResourceEstimate(
        renditions, geometries, bases: bases, converts: mayConvert, metadata, scale: scale,
        scalesChromaAlike: scalesChromaAlike)
    }
  }

  /// How many times a rendition's size, in each direction, the decoder has to leave to the resampler, by eighths.
  ///
  /// The decoder's filter is ideal within a block and knows nothing of the blocks beside it: what it cuts off comes
  /// back as ripples next to the highest frequency that it keeps, which the resampler then has to remove. The coarser
  /// the blocks, the lower these ripples reach. Each number is the least at which the sharpest of eleven photographs,
  /// at the size they were taken in, had 55 dB of luma against a resample of the full decode in double precision.
  private static let leastLeft = [(1, 5.2), (2, 3.2), (3, 2.6), (4, 2), (5, 1.8), (6, 1.6), (7, 1.4)]

  /// The same for libjpeg, which averages in place of transforming to 2 × 2 and 4 × 4, and gains nothing at others.
  private static let leastLeftByLibjpeg = [(1, 5.2), (2, 3.2), (4, 2.2)]

  /// The least where the memory limit would not let more: luma of 51 dB, at 2/8, where 3/8 has 55.
  private static let leastLeftInMemory = 2.0

  /// The smallest size that keeps the quality.
  private static func scale(_ renditions: [Rendition], _ geometries: [Geometry], _ metadata: SourceMetadata) -> Int {
    if renditions.contains(where: { $0.kernel == .nearest }) { return 8 }
    let reduction = reduction(geometries)
    let isOwn = SequentialDecoder.serves(metadata) || ProgressiveDecoder.serves(metadata)
    for (scale, left) in isOwn ? leastLeft : leastLeftByLibjpeg {
      // Sizes are whole pixels, which can make a ratio miss its bound by a little.
      if reduction * Double(scale) / 8 >= left * 0.995 { return scale }
    }
    return 8
  }

  /// How many times smaller than the picture the largest rendition is.
  private static func reduction(_ geometries: [Geometry]) -> Double { geometries.map(\.reduction).min() ?? 16 }

  /// The smallest rendition that another one can be made from without loss that could be seen: one of the whole
  /// picture and the same kind of planes, that is at least 1.9 times as large in each direction and made by a kernel
  /// that leaves no aliases.
  private static func bases(
    _ renditions: [Rendition], _ geometries: [Geometry], _ converts: [Bool], _ header: ImageHeader
  ) -> [Int?] {
    renditions.indices.map { index in
      func canServe(_ base: Int) -> Bool {
        let (small, large) = (geometries[index], geometries[base])
        return renditions[base].kernel == .lanczos3 && renditions[index].kernel == .lanczos3
          && renditions[base].keepsAlpha(of: header) == renditions[index].keepsAlpha(of: header)
          && renditions[base].subsampling == renditions[index].subsampling && converts[base] == converts[index]
          && small.showsAll(of: header) && large.showsAll(of: header)
          && Double(large.width) >= 1.9 * Double(small.width) && Double(large.height) >= 1.9 * Double(small.height)
          && large.width <= header.displayWidth && large.height <= header.displayHeight
      }
      return renditions.indices.filter(canServe).min { geometries[$0].width < geometries[$1].width }
    }
  }
}
