/// What a header scan finds: the public header, and the blocks that renditions may take over.
struct SourceMetadata {
  var header: ImageHeader
  var exif: ExifReader?
  var rights = SourceRights()
  /// The ICC profile of a JPEG. A PNG's is decompressed by its decoder.
  var profile: [UInt8] = []
  /// Bytes that reading the ICC profile holds at most.
  var profileBytes = 0
  /// Whether CMYK samples are stored inverted, as Adobe's programs do.
  var isInverted = false
  /// How a JPEG is coded.
  var frame: JPEGFrame?
}
