/// What is known of an image after all of it has been read.
public struct ImageDescription: Sendable, Equatable {
  /// What the first bytes told, and of a PNG what text and Exif behind its picture data say.
  public var header: ImageHeader
  /// A fingerprint of 64 bits of the upright picture: 9 × 8 cells of gray, one bit for each pair of neighbours in a
  /// row, set where the left one is brighter.
  ///
  /// Pictures that look alike differ in few bits.
  public var differenceHash: UInt64
  /// The commonest colour; transparent pixels count as white.
  public var dominantColour: RGB
  /// A ThumbHash of the upright picture, up to 25 bytes: a page shows it until the picture has come.
  ///
  /// Source: https://evanw.github.io/thumbhash/.
  public var thumbhash: [UInt8]?
  /// Faults that the decoder stepped over or put right, and what is left out of the metadata.
  public var warningCount = 0
  /// The first of them, for a person.
  public var firstWarning: String?
  /// Whether every pixel is opaque, in an image whose format would allow others; nil where nobody looked.
  public var pixelsOpaque: Bool?
  /// How much of the picture could be decoded, of a damaged one that is rendered all the same: from 0 to below 1; nil
  /// for a whole picture.
  public var decodedShare: Double?
  /// The description that the embedded colour profile has of itself.
  public var iccName: String?
  /// Whether the file carries XMP.
  public var hasXMP = false
}
