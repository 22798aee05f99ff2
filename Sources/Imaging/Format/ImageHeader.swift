/// What the first bytes of an image tell.
public struct ImageHeader: Sendable, Equatable {
  /// How colours are stored.
  public enum ColourSpace: String, Sendable {
    case gray, rgb, ycbcr, cmyk, ycck, palette
  }

  /// The format, told by the file's first bytes.
  public var format: ImageFormat
  /// The width as stored, in pixels.
  public var width: Int
  /// The height as stored, in pixels.
  public var height: Int
  /// The orientation, from EXIF; upright where it says nothing.
  public var orientation: Orientation
  /// Components per stored pixel (1 for a palette).
  public var channels: Int
  /// Bits per stored component.
  public var bitDepth: Int
  /// How the samples are stored; of a JPEG by the rule that libjpeg follows.
  public var colourSpace: ColourSpace
  /// Whether pixels can be transparent: an alpha channel, or a PNG with tRNS.
  public var hasAlpha: Bool
  /// Progressive JPEG or interlaced PNG: no row is final before the whole file is read.
  public var isProgressive: Bool
  /// Chroma subsampling in the usual notation, such as `4:2:0`; nil where there is no chroma or no such notation.
  public var subsampling: String?
  /// Whether there is an ICC profile.
  ///
  /// Of a PNG's nothing is known yet but that there is one.
  public var hasICCProfile: Bool
  /// What the EXIF block tells; nil where there is none that can be read.
  public var exif: ExifSummary?

  /// The width of the upright picture, in pixels.
  public var displayWidth: Int { orientation.swapsAxes ? height : width }
  /// The height of the upright picture, in pixels.
  public var displayHeight: Int { orientation.swapsAxes ? width : height }
}

/// The few facts of a photograph's EXIF block that are worth a column.
public struct ExifSummary: Sendable, Equatable {
  /// The camera's maker, tag 0x010F of EXIF 2.32.
  public var make: String?
  /// The camera's model, tag 0x0110.
  public var model: String?
  /// When the picture was taken: `YYYY-MM-DDTHH:MM:SS`, with the offset from UTC (`+02:00`) if the camera wrote one.
  public var takenAt: String?
  /// ISO speed, such as 400; tag 0x8827.
  public var iso: Int?
  /// Aperture as f-number.
  public var fNumber: Double?
  /// Exposure time in seconds; tag 0x829A.
  public var exposureSeconds: Double?
  /// Focal length in millimetres, not converted to 35 mm.
  public var focalLengthMM: Double?
  /// Whether a position is stored.
  ///
  /// The position itself is never in a summary.
  public var hasGPS: Bool
  /// Who took the picture; tag 0x013B.
  public var artist: String?
  /// Whose picture it is; tag 0x8298.
  public var copyright: String?

  /// A summary of the facts given.
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
