/// What the first bytes of an image tell.
public struct ImageHeader: Sendable, Equatable {
  /// How colours are stored.
  public enum ColourSpace: String, Sendable {
    case gray, rgb, ycbcr, cmyk, ycck, palette
  }

  public var format: ImageFormat
  /// Pixels, as stored.
  public var width: Int
  /// Pixels, as stored.
  public var height: Int
  public var orientation: Orientation
  /// Components per stored pixel (1 for a palette).
  public var channels: Int
  /// Bits per stored component.
  public var bitDepth: Int
  public var colourSpace: ColourSpace
  /// Whether pixels can be transparent: an alpha channel, or a PNG with tRNS.
  public var hasAlpha: Bool
  /// Progressive JPEG or interlaced PNG: no row is final before the whole file is read.
  public var isProgressive: Bool
  /// Chroma subsampling in the usual notation, such as `4:2:0`; nil where there is no chroma or no such notation.
  public var subsampling: String?
  public var hasICCProfile: Bool
  public var exif: ExifSummary?

  /// Pixels, seen upright.
  public var displayWidth: Int { orientation.swapsAxes ? height : width }
  /// Pixels, seen upright.
  public var displayHeight: Int { orientation.swapsAxes ? width : height }
}

/// The few facts of a photograph's EXIF block that are worth a column.
public struct ExifSummary: Sendable, Equatable {
  public var make: String?
  public var model: String?
  /// `YYYY-MM-DDTHH:MM:SS`, with the offset from UTC (`+02:00`) if the camera wrote one.
  public var takenAt: String?
  /// ISO speed.
  public var iso: Int?
  /// Aperture as f-number.
  public var fNumber: Double?
  public var exposureSeconds: Double?
  /// Focal length in millimetres, not converted to 35 mm.
  public var focalLengthMM: Double?
  /// Whether a position is stored. The position itself is never in a summary.
  public var hasGPS: Bool
  public var artist: String?
  public var copyright: String?

  public init(
    make: String? = nil, model: String? = nil, takenAt: String? = nil, iso: Int? = nil, fNumber: Double? = nil,
    exposureSeconds: Double? = nil, focalLengthMM: Double? = nil, hasGPS: Bool = false, artist: String? = nil,
    copyright: String? = nil
  ) {
    self.make = make
    self.model = model
    self.takenAt = takenAt
    self.iso = iso
    self.fNumber = fNumber
    self.exposureSeconds = exposureSeconds
    self.focalLengthMM = focalLengthMM
    self.hasGPS = hasGPS
    self.artist = artist
    self.copyright = copyright
  }
}
