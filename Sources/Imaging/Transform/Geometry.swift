/// Where a rendition lies in the picture and how large it becomes, both as seen upright.
struct Geometry: Equatable {
  /// Pixels of the rendition.
  var width: Int
  var height: Int
  /// The part of the picture that it shows, in pixels of the full-size picture.
  var cropX: Double
  var cropY: Double
  var cropWidth: Double
  var cropHeight: Double

  static let maxSide = 65_500

  /// - Throws: ``ImagingError/invalidRendition(index:why:)``.
  init(_ rendition: Rendition, index: Int, of header: ImageHeader) throws(ImagingError) {
    for side in [rendition.maxWidth, rendition.maxHeight] {
      if let side, !(1...Self.maxSide).contains(side) {
        throw .invalidRendition(index: index, why: "a side of \(side) pixels is outside 1…\(Self.maxSide)")
      }
    }
    guard (0...9).contains(rendition.compressionLevel) else {
      throw .invalidRendition(index: index, why: "compression level \(rendition.compressionLevel) is outside 0…9")
    }
    let sourceWidth = Double(header.displayWidth)
    let sourceHeight = Double(header.displayHeight)
    let scaleX = rendition.maxWidth.map { Double($0) / sourceWidth }
    let scaleY = rendition.maxHeight.map { Double($0) / sourceHeight }
    (cropX, cropY, cropWidth, cropHeight) = (0, 0, sourceWidth, sourceHeight)
    /// 1 at most, unless the rendition may be larger than its source.
    func bounded(_ scale: Double) -> Double { rendition.enlarges ? scale : min(1, scale) }
    func pixels(_ length: Double) -> Int { max(1, Int(length.rounded())) }
    if rendition.fit == .fill, scaleX != nil || scaleY != nil {
      width = pixels(sourceWidth * bounded(scaleX ?? 1))
      height = pixels(sourceHeight * bounded(scaleY ?? 1))
    } else if rendition.fit == .cover, let scaleX, let scaleY {
      let scale = bounded(max(scaleX, scaleY))
      width = min(rendition.maxWidth ?? Self.maxSide, pixels(sourceWidth * scale))
      height = min(rendition.maxHeight ?? Self.maxSide, pixels(sourceHeight * scale))
      cropWidth = min(sourceWidth, Double(width) / scale)
      cropHeight = min(sourceHeight, Double(height) / scale)
      cropX = (sourceWidth - cropWidth) / 2
      cropY = (sourceHeight - cropHeight) / 2
    } else {
      let scale = bounded(min(scaleX ?? scaleY ?? 1, scaleY ?? scaleX ?? 1))
      width = pixels(sourceWidth * scale)
      height = pixels(sourceHeight * scale)
    }
    guard width <= Self.maxSide, height <= Self.maxSide else {
      throw .invalidRendition(index: index, why: "\(width) × \(height): a side is longer than \(Self.maxSide) pixels")
    }
  }

  /// Source pixels per pixel of the rendition, in its denser direction.
  var reduction: Double { min(cropWidth / Double(width), cropHeight / Double(height)) }

  /// Whether it shows all of the picture.
  func showsAll(of header: ImageHeader) -> Bool {
    cropWidth == Double(header.displayWidth) && cropHeight == Double(header.displayHeight)
  }
}

/// One direction of a rendition over one stored plane.
package struct Axis: Equatable {
  /// Samples of the plane in this direction.
  package var sourceLength: Int
  /// Samples of the result.
  package var length: Int
  /// Where the result begins, in samples of the plane; with `isMirrored`, where it ends.
  package var origin: Double
  /// Samples of the plane per sample of the result.
  package var step: Double
  /// Whether the result runs against the plane.
  package var isMirrored: Bool

  package init(sourceLength: Int, length: Int, origin: Double, step: Double, isMirrored: Bool) {
    self.sourceLength = sourceLength
    self.length = length
    self.origin = origin
    self.step = step
    self.isMirrored = isMirrored
  }

  /// The point of the plane that sample `index` of the result is centred on; sample centres lie at ½.
  func centre(_ index: Int) -> Double {
    let distance = (Double(index) + 0.5) * step
    return isMirrored ? origin - distance : origin + distance
  }
}

extension Geometry {
  /// The two directions in stored order, of a plane that holds the whole picture in `extentX` × `extentY` samples.
  ///
  /// - Parameter chroma: how many pixels of the rendition one sample of the result covers, per direction: 1, or 2 for
  ///   halved chroma.
  func axes(
    for plane: PlaneLayout, of header: ImageHeader, chroma: Int
  ) -> (x: Axis, y: Axis) {
    let swaps = header.orientation.swapsAxes
    func axis(
      _ crop: Double, _ cropLength: Double, _ pixels: Int, picture: Int, extent: Double, start: Double, count: Int,
      mirrored: Bool
    ) -> Axis {
      let samplesPerPixel = extent / Double(picture)
      // The crop is given upright; a mirrored direction counts from the other end of the stored plane.
      let origin = start + (mirrored ? Double(picture) - crop : crop) * samplesPerPixel
      return Axis(
        sourceLength: count, length: (pixels + chroma - 1) / chroma, origin: origin,
        step: cropLength / Double(pixels) * samplesPerPixel * Double(chroma), isMirrored: mirrored)
    }
    return (
      axis(
        swaps ? cropY : cropX, swaps ? cropHeight : cropWidth, swaps ? height : width, picture: header.width,
        extent: plane.extentX, start: 0, count: plane.width,
        mirrored: header.orientation.mirrorsStoredX && !plane.isUnmirroredX),
      axis(
        swaps ? cropX : cropY, swaps ? cropWidth : cropHeight, swaps ? width : height, picture: header.height,
        extent: plane.extentY, start: plane.originY, count: plane.height, mirrored: header.orientation.mirrorsStoredY)
    )
  }
}
