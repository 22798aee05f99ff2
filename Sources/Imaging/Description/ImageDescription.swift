/// What is known of an image after all of it has been read.
public struct ImageDescription: Sendable, Equatable {
  /// What the first bytes told.
  public var header: ImageHeader
  /// A fingerprint of 64 bits of the upright picture: 9 × 8 cells of gray, one bit for each pair of neighbours in a
  /// row, set where the left one is brighter. Pictures that look alike differ in few bits.
  public var differenceHash: UInt64
  /// The commonest colour; transparent pixels count as white.
  public var dominantColour: RGB
  /// Damaged spots that the decoder stepped over.
  public var warnings: Int
}
