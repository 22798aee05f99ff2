/// A colour of 8 bits per channel, in the colour space of the picture, or of the rendition where it is a background.
public struct RGB: Sendable, Equatable, Hashable {
  /// Red, 0…255.
  public var red: UInt8
  /// Green, 0…255.
  public var green: UInt8
  /// Blue, 0…255.
  public var blue: UInt8

  /// A colour of the three channels.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// White: 255, 255, 255.
  public static let white = RGB(255, 255, 255)
}

/// A JPEG quality: 1…100 once made.
public struct Quality: Sendable, Equatable {
  /// The quality, 1…100, as libjpeg's `jpeg_set_quality` takes it.
  public let value: Int

  /// A quality from 1 to 100; nil for any other value.
  public init?(_ value: Int) {
    guard (1...100).contains(value) else { return nil }
    self.value = value
  }

  private init(known value: Int) { self.value = value }

  /// The default, 80.
  public static let standard = Quality(known: 80)
}

/// One picture to be made from an image: what it shall be, not how to make it.
public struct Rendition: Sendable, Equatable {
  /// How the picture meets its box.
  public enum Fit: String, Sendable, CaseIterable {
    /// The picture is made as large as fits inside the box; nothing is cut.
    case inside
    /// Fills the box; what stands over is cut evenly on both sides.
    case cover
    /// Stretched to the box.
    case fill
  }

  /// What the file shall be.
  public enum Format: String, Sendable, CaseIterable {
    /// Under what is transparent lies the background.
    case jpeg
    /// PNG of 8 bits per sample, with alpha where the source can be transparent.
    case png
    /// PNG when any pixel of the rendition is transparent, otherwise JPEG.
    case auto
  }

  /// What the samples stand for.
  public enum Colour: String, Sendable, CaseIterable {
    /// As in the source: its ICC profile goes along, if ``Rendition/keeps`` has it, and a PNG's chunks about colours
    /// into another PNG. What the file cannot say is converted to sRGB: CMYK always, and a PNG's cICP, gAMA and cHRM on
    /// their way into a JPEG.
    case source
    /// Converted to sRGB, with no profile; what nothing is said of is taken for sRGB.
    case srgb
  }

  /// Chroma subsampling of a JPEG.
  public enum Subsampling: String, Sendable, CaseIterable {
    /// Chroma of half the width and height.
    case s420 = "4:2:0"
    /// Chroma of full size.
    case s444 = "4:4:4"
  }

  /// The filter that resampling uses.
  public enum Kernel: String, Sendable, CaseIterable {
    /// The sharpest: three lobes of a windowed sinc.
    case lanczos3
    /// Softer and without halos (Mitchell and Netravali 1988, B = C = 1/3).
    case mitchell
    /// The mean of what lies under a pixel.
    case box
    /// The sample that lies nearest, as it is.
    case nearest
  }

  /// The box's width, 1…65,500 pixels; nil for no bound.
  public var maxWidth: Int?
  /// The box's height, 1…65,500 pixels; nil for no bound.
  public var maxHeight: Int?
  /// How the picture meets its box.
  public var fit: Fit
  /// Whether a smaller source is enlarged to the box.
  public var enlarges: Bool
  /// What the file shall be.
  public var format: Format
  /// The quality of a JPEG; PNG ignores it.
  public var quality: Quality
  /// The chroma subsampling of a JPEG; PNG ignores it.
  public var subsampling: Subsampling
  /// Whether a JPEG is written progressively: smaller, but several times dearer to encode.
  public var progressive: Bool
  /// Whether a JPEG gets Huffman tables of its own: 2 to 4 % smaller, for a second pass over its coefficients.
  public var optimizesCoding: Bool
  /// The effort of a PNG's compression, 0 (fast) … 9 (small); JPEG ignores it.
  public var compressionLevel: Int
  /// The filter that resampling uses.
  public var kernel: Kernel
  /// What the samples stand for.
  public var colour: Colour
  /// What shines through transparent pixels of a picture that becomes a JPEG.
  public var background: RGB
  /// The metadata that it takes over from the source.
  public var keeps: KeptMetadata

  /// What is not given has its default; with no bound on either side, the picture keeps its size.
  ///
  /// Whether the values can be met is said when an image is rendered: ``ImagingError/invalidRendition(index:why:)``.
  public init(
    maxWidth: Int? = nil, maxHeight: Int? = nil, fit: Fit = .inside, enlarges: Bool = false, format: Format = .auto,
    quality: Quality = .standard, subsampling: Subsampling = .s420, progressive: Bool = false,
    optimizesCoding: Bool = false, compressionLevel: Int = 6, kernel: Kernel = .lanczos3, colour: Colour = .source,
    background: RGB = .white, keeps: KeptMetadata = .standard
  ) {
    self.maxWidth = maxWidth
    self.maxHeight = maxHeight
    self.fit = fit
    self.enlarges = enlarges
    self.format = format
    self.quality = quality
    self.subsampling = subsampling
    self.progressive = progressive
    self.optimizesCoding = optimizesCoding
    self.compressionLevel = compressionLevel
    self.kernel = kernel
    self.colour = colour
    self.background = background
    self.keeps = keeps
  }

  /// The format that this rendition of `header`'s picture has.
  ///
  /// Nil where its pixels decide: of ``Format/auto``, when the source has alpha.
  public func outputFormat(for header: ImageHeader) -> ImageFormat? {
    switch format {
    case .jpeg: .jpeg
    case .png: .png
    case .auto: header.hasAlpha ? nil : .jpeg
    }
  }

  /// Whether the alpha of `header`'s picture, where there is any, is part of this rendition.
  func keepsAlpha(of header: ImageHeader) -> Bool { outputFormat(for: header) != .jpeg }
}

/// The metadata that a rendition takes over from its source.
///
/// What is not named is left behind.
public struct KeptMetadata: OptionSet, Sendable, Hashable {
  /// A bit for each kind.
  public let rawValue: Int
  /// Bits without a meaning are left alone.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The ICC profile, without which wide-gamut colours turn pale.
  public static let icc = KeptMetadata(rawValue: 1)
  /// EXIF artist and copyright.
  public static let copyright = KeptMetadata(rawValue: 2)
  /// EXIF make, model, time and exposure.
  public static let camera = KeptMetadata(rawValue: 4)
  /// The position.
  public static let gps = KeptMetadata(rawValue: 8)

  /// ICC profile and copyright.
  public static let standard: KeptMetadata = [.icc, .copyright]
}
