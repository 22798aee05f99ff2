/// The metadata blocks that a rendition takes over.
struct KeptBlocks {
  /// A TIFF structure; empty for none.
  var exif: [UInt8] = []
  /// An XMP packet; empty for none.
  var xmp: [UInt8] = []
  /// Empty for none.
  var profile: [UInt8] = []

  /// - Parameter channels: of the result: a profile is kept only if it is for gray or RGB as the result is.
  init(_ rendition: Rendition, _ metadata: SourceMetadata, profile: [UInt8], channels: Int) {
    exif = ExifWriter.block(from: metadata.exif, metadata.rights, keeping: rendition.keeps)
    if rendition.keeps.contains(.copyright) { xmp = XMPWriter.packet(metadata.rights) }
    // Bytes 16 to 19 name the device's colour space (ICC.1:2022, 7.2.6). 255 segments are what a JPEG can hold.
    guard rendition.keeps.contains(.icc), profile.count >= 128, profile.count <= 255 * 65_519 else { return }
    let space = channels <= 2 ? "GRAY" : "RGB "
    if profile[16..<20].elementsEqual(space.utf8) { self.profile = profile }
  }
}
