/// What the engine accepts, checked before anything of that size is allocated or decoded.
public struct ImageLimits: Sendable, Equatable {
  /// Width × height of the source.
  ///
  /// Default 201,326,592 (16,384 × 12,288), which admits the 200-megapixel sensors of today's telephones.
  public var maxPixels: Int
  /// Width and height of the source each.
  ///
  /// Default 65,500, libjpeg's own limit.
  public var maxDimension: Int
  /// Scans of a JPEG: each may touch every block, so a small file of many scans can cost minutes.
  ///
  /// They are counted before the first is decoded where the file is in memory, and in a stream as they come. Default
  /// 100; encoders in use write at most about 20.
  public var maxScans: Int
  /// The most bytes before the picture data (EXIF, ICC, text chunks, …).
  ///
  /// Default 16 MiB.
  public var maxMetadataBytes: Int
  /// The most memory that decoding one image may hold at once beyond the input, in bytes.
  ///
  /// Default 224 MiB, with which a process of this engine alone stays below 256.
  public var maxMemory: Int
  /// Bytes that the pixels of a PNG come to once decoded: one to eight each, told from its header, whatever the file's
  /// own size.
  ///
  /// Deflate makes a thousand bytes of one, so that a file of 100 KB can hold what takes as long as a photograph of 100
  /// MB. Default 128 MiB: an 8K screen with alpha, and of the dearest pixels that 64 MiB of file can hold (noise,
  /// filtered by Paeth's rule) 1.4 CPU seconds on the machine that ``ResourceEstimate/cpuSeconds`` tells of.
  public var maxDecodedBytes: Int
  /// Samples of an arithmetic-coded JPEG: width × height × components.
  ///
  /// Its coder takes up to 125 ns for each of them, twenty times what Huffman's takes, however few bytes they are.
  /// Default 12,000,000.
  public var maxArithmeticSamples: Int
  /// Damaged spots that a decoder may step over.
  ///
  /// Default 20.
  public var maxWarnings: Int

  /// Every limit that is not given has its default.
  public init(
    maxPixels: Int = 16_384 * 12_288, maxDimension: Int = 65_500, maxScans: Int = 100,
    maxMetadataBytes: Int = 16 << 20, maxMemory: Int = 224 << 20, maxDecodedBytes: Int = 128 << 20,
    maxArithmeticSamples: Int = 12_000_000, maxWarnings: Int = 20
  ) {
    self.maxPixels = maxPixels
    self.maxDimension = maxDimension
    self.maxScans = maxScans
    self.maxMetadataBytes = maxMetadataBytes
    self.maxMemory = maxMemory
    self.maxDecodedBytes = maxDecodedBytes
    self.maxArithmeticSamples = maxArithmeticSamples
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

  /// - Parameter decoded: what the pixels of a PNG come to, in bytes.
  func check(decoded: Int) throws(ImagingError) {
    guard decoded <= maxDecodedBytes else { throw .tooManyDecodedBytes(decoded: decoded, limit: maxDecodedBytes) }
  }
}
