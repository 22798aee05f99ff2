/// What the engine accepts, checked before anything of that size is allocated or decoded.
public struct ImageLimits: Sendable, Equatable {
  /// Width × height of the source. Default 201,326,592 (16,384 × 12,288), which admits the 200-megapixel sensors of
  /// today's telephones.
  public var maxPixels: Int
  /// Width and height of the source each. Default 65,500, libjpeg's own limit.
  public var maxDimension: Int
  /// Scans of a JPEG: each may touch every block, so a small file of many scans can cost minutes. Default 100;
  /// encoders in use write at most about 20.
  public var maxScans: Int
  /// Bytes before the picture data (EXIF, ICC, text chunks, …). Default 16 MiB.
  public var maxMetadataBytes: Int
  /// Bytes that decoding one image may hold at once, beyond the input. Default 256 MiB.
  public var maxMemory: Int
  /// Damaged spots that a decoder may step over. Default 20.
  public var maxWarnings: Int

  public init(
    maxPixels: Int = 16_384 * 12_288, maxDimension: Int = 65_500, maxScans: Int = 100,
    maxMetadataBytes: Int = 16 << 20, maxMemory: Int = 256 << 20, maxWarnings: Int = 20
  ) {
    self.maxPixels = maxPixels
    self.maxDimension = maxDimension
    self.maxScans = maxScans
    self.maxMetadataBytes = maxMetadataBytes
    self.maxMemory = maxMemory
    self.maxWarnings = maxWarnings
  }

  /// - Throws: ``ImagingError/dimensionTooLarge(width:height:limit:)`` or
  ///   ``ImagingError/tooManyPixels(width:height:limit:)``.
  func check(width: Int, height: Int) throws(ImagingError) {
    guard width <= maxDimension, height <= maxDimension else {
      throw .dimensionTooLarge(width: width, height: height, limit: maxDimension)
    }
    // Both are at most 2³¹ by their formats, so the product cannot overflow.
    guard width * height <= maxPixels else { throw .tooManyPixels(width: width, height: height, limit: maxPixels) }
  }

  func check(memory needed: Int) throws(ImagingError) {
    guard needed <= maxMemory else { throw .tooMuchMemory(needed: needed, limit: maxMemory) }
  }
}
