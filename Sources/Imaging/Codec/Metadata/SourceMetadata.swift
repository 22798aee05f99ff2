/// What a header scan finds: the public header, and the blocks that renditions may take over.
struct SourceMetadata {
  var header: ImageHeader
  var exif: ExifReader?
  var rights = SourceRights()
  var colour = SourceColour()
  /// Bytes that reading the ICC profile holds at most.
  var profileBytes = 0
  /// How a JPEG is coded.
  var frame: JPEGFrame?
}
