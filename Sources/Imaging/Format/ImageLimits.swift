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
  /// Bytes that decoding one image may hold at once, beyond the input. Default 224 MiB, with which a process of this
  /// engine alone stays below 256.
  public var maxMemory: Int
  /// Bytes of a PNG's picture data for each byte of the file, counted from 256 MiB of picture data on. Deflate reaches
  /// 1,032 with data of nothing but repetition, so that a file of 1 MB can cost what a photograph of 500 MB does. Default
  /// 200.
  public var maxExpansion: Int
  /// Damaged spots that a decoder may step over. Default 20.
  public var maxWarnings: Int

  public init(
    maxPixels: Int = 16_384 * 12_288, maxDimension: Int = 65_500, maxScans: Int = 100,
    maxMetadataBytes: Int = 16 << 20, maxMemory: Int = 224 << 20, maxExpansion: Int = 200, maxWarnings: Int = 20
  ) {
    self.maxPixels = maxPixels
    self.maxDimension = maxDimension
    self.maxScans = maxScans
    self.maxMetadataBytes = maxMetadataBytes
    self.maxMemory = maxMemory
    self.maxExpansion = maxExpansion
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

  /// Decompressed bytes up to which any expansion will do.
  static let freeExpansion = 256 << 20

  /// - Parameters:
  ///   - decompressed: bytes of picture data so far
  ///   - read: bytes of the file that they came from
  func check(decompressed: Int, from read: Int) throws(ImagingError) {
    guard decompressed <= Self.freeExpansion || decompressed / max(1, read) <= maxExpansion else {
      throw .decompressionBomb(decompressed: decompressed, from: read, limit: maxExpansion)
    }
  }
}
