/// The metadata blocks that a rendition takes over.
struct KeptBlocks {
  /// A TIFF structure; empty for none.
  var exif: [UInt8] = []
  /// An XMP packet; empty for none.
  var xmp: [UInt8] = []
  /// Empty for none.
  var profile: [UInt8] = []
  /// What chunks of a PNG say of its colours, whole, for a PNG; empty for none.
  var pngChunks: [UInt8] = []

  /// - Parameters:
  ///   - converts: whether its pixels become sRGB, of which nothing needs to be said
  ///   - channels: of the result: a profile is kept only if it is for gray or RGB as the result is
  init(_ rendition: Rendition, _ metadata: SourceMetadata, format: ImageFormat, converts: Bool, channels: Int) {
    exif = ExifWriter.block(from: metadata.exif, metadata.rights, keeping: rendition.keeps).bytes
    if rendition.keeps.contains(.copyright) { xmp = XMPWriter.packet(metadata.rights).bytes }
    guard rendition.colour == .source, rendition.keeps.contains(.icc), !converts else { return }
    profile = metadata.colour.carried(channels: channels, format: format)
    if format == .png { pngChunks = metadata.colour.pngChunks }
  }
  /// What a rendition should keep and cannot, in sentences for a person.
  static func omissions(_ rendition: Rendition, _ metadata: SourceMetadata) -> [String] {
    let exif = ExifWriter.block(from: metadata.exif, metadata.rights, keeping: rendition.keeps).omissions
    return rendition.keeps.contains(.copyright) ? exif + XMPWriter.packet(metadata.rights).omissions : exif
  }
}
