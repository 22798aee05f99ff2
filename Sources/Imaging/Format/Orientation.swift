/// How the stored picture has to be turned to be seen upright (EXIF 2.32, tag 0x0112).
public enum Orientation: Int, Sendable, CaseIterable {
  case upright = 1
  case mirroredHorizontally = 2
  case turnedHalf = 3
  case mirroredVertically = 4
  /// Mirrored along the diagonal from top left.
  case transposed = 5
  /// The picture is to be turned by 90° clockwise.
  case turnedRight = 6
  /// Mirrored along the diagonal from top right.
  case transversed = 7
  /// The picture is to be turned by 90° counter-clockwise.
  case turnedLeft = 8

  /// Whether width and height change places.
  public var swapsAxes: Bool { rawValue >= 5 }

  /// Whether the stored rows run from right to left of the upright picture (after swapping axes, if it does).
  var mirrorsStoredX: Bool {
    self == .mirroredHorizontally || self == .turnedHalf || self == .transversed || self == .turnedLeft
  }

  /// Whether the stored columns run from bottom to top of the upright picture.
  var mirrorsStoredY: Bool {
    self == .mirroredVertically || self == .turnedHalf || self == .transversed || self == .turnedRight
  }
}
