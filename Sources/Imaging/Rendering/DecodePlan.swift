/// How an image is decoded for a list of renditions, and what that costs: made from the header alone.
struct DecodePlan {
  /// Eighths of the full size that a JPEG is decoded at: 1, 2, 4 or 8.
  var scale: Int
  var geometries: [Geometry]
  var estimate: ResourceEstimate

  /// - Throws: ``ImagingError/invalidRendition(index:why:)``.
  init(_ renditions: [Rendition], _ metadata: SourceMetadata) throws(ImagingError) {
    let header = metadata.header
    var geometries: [Geometry] = []
    for (index, rendition) in renditions.enumerated() {
      geometries.append(try Geometry(rendition, index: index, of: header))
    }
    self.geometries = geometries
    scale = header.format == .jpeg ? Self.scale(renditions, geometries) : 8
    estimate = ResourceEstimate(renditions, geometries, metadata, scale: scale)
  }

  /// The smallest size that keeps the quality. A decoder that reduces by the DCT does so with a filter that is worse
  /// than the resampler's, so there must be enough left for the resampler to do: 1.9 times the rendition in each
  /// direction, or 1.25 times where the decoder only halves.
  private static func scale(_ renditions: [Rendition], _ geometries: [Geometry]) -> Int {
    if renditions.contains(where: { $0.kernel == .nearest }) { return 8 }
    let reduction = geometries.map(\.reduction).min() ?? 16
    for (scale, needed) in [(1, 1.9), (2, 1.9), (4, 1.25)] {
      // Sizes are whole pixels, which can make a ratio miss its bound by a little.
      if reduction * Double(scale) / 8 >= needed * 0.995 { return scale }
    }
    return 8
  }
}
