/// How the samples of a picture stand for colours, by what its file says.
struct SourceColour {
  /// The profile in the file, or the one that its Exif block stands for: it goes along to renditions of its colour
  /// space.
  var embedded: ICCProfile?
  /// What chunks of a PNG say, as a profile: no JPEG can carry it.
  ///
  /// It counts before `embedded`.
  var described: ICCProfile?
  /// Whether samples are sRGB, whatever `embedded` says.
  var isPlain = false
  /// cICP, sRGB, gAMA and cHRM of a PNG, whole, for another PNG.
  var pngChunks: [UInt8] = []
  /// The description that the profile in the file has of itself, whether it is used or not.
  var profileName: String?
  /// Things left out or guessed, for a person.
  var warnings: [String] = []

  /// The profile that counts; nil where samples are sRGB, or are taken for it.
  var profile: ICCProfile? { isPlain ? nil : described ?? embedded }

  /// Whether a rendition's pixels are converted to sRGB after resampling: because it is to be sRGB, or because its file
  /// could not say what the pixels are.
  ///
  /// CMYK never comes so far: its decoder hands out sRGB.
  func converts(_ rendition: Rendition, of header: ImageHeader) -> Bool {
    guard let profile, !header.isCMYK else { return false }
    if rendition.colour == .srgb { return !profile.isSRGB }
    guard rendition.outputFormat(for: header) == .jpeg else { return false }
    let background = rendition.background
    let isGray = background.red == background.green && background.green == background.blue
    // Over a colour, gray becomes RGB, which a profile for gray is not for.
    return described != nil || profile.space == "GRAY" && header.hasAlpha && !isGray
  }

  /// Whether a rendition whose pixels decide of its format is converted to sRGB if it becomes a JPEG.
  func convertsAsJPEG(_ rendition: Rendition, of header: ImageHeader) -> Bool {
    rendition.colour == .source && rendition.outputFormat(for: header) == nil && described != nil && profile != nil
  }

  /// The profile that goes along with unconverted pixels; empty for none.
  func carried(channels: Int, format: ImageFormat) -> [UInt8] {
    // Where chunks count before it, and cannot go along, it would be taken at its word.
    guard let embedded, format == .png || (described == nil && !isPlain) else { return [] }
    // 255 segments are what a JPEG can hold.
    guard embedded.space == (channels <= 2 ? "GRAY" : "RGB "), embedded.bytes.count <= 255 * 65_519 else { return [] }
    return embedded.bytes
  }

  /// Says that the profile which counts cannot be used, and does without it.
  mutating func dropProfile(isCMYK: Bool) {
    let instead = isCMYK ? "colours are a guess" : "the picture is taken for sRGB"
    warnings.append("the colour profile is broken, or larger than is used: \(instead)")
    if described != nil { described = nil } else { embedded = nil }
  }

  /// Nil where a profile is for pictures of `space`.
  static func mismatch(_ profile: ICCProfile, _ space: String) -> String? {
    guard profile.space != space else { return nil }
    func name(_ space: String) -> String { String(space.prefix { $0 != " " }) }
    return "the colour profile is for \(name(profile.space)), the picture is \(name(space)): the profile is left out"
  }
}

extension ImageHeader {
  /// Whether samples are inks, as they are stored.
  var isCMYK: Bool { colourSpace == .cmyk || colourSpace == .ycck }
}

extension SourceColour {
  /// The colour of a JPEG.
  /// - Parameters:
  ///   - profile: as the file has it, put together; empty where parts of it are missing
  ///   - hasAdobeMarker: an APP14 segment of Adobe's programs
  init(jpeg header: ImageHeader, profile: [UInt8]?, exif: ExifReader?, hasAdobeMarker: Bool) {
    if let profile {
      embedded = ICCProfile(profile)
      profileName = embedded?.name
      if embedded == nil { warnings.append("the colour profile is broken: it is left out") }
    }
    let space = header.isCMYK ? "CMYK" : header.colourSpace == .gray ? "GRAY" : "RGB "
    if let found = embedded, let mismatch = Self.mismatch(found, space) {
      warnings.append(mismatch)
      embedded = nil
    }
    if header.isCMYK {
      if !hasAdobeMarker {
        warnings.append("a CMYK JPEG without Adobe's marker: read with 255 for no ink, as other programs do")
      }
      if embedded == nil { warnings.append("CMYK without a colour profile that can be used: colours are a guess") }
    } else if embedded == nil, space == "RGB ", exif?.isAdobeRGB == true {
      // A profile of 560 bytes goes along in place of a conversion: planes stay as they are, and the gamut stays wide.
      embedded = .adobeRGB
    }
  }
}

extension ICCProfile {
  /// What Exif's interoperability `R03` stands for (DCF 2.0, "optional colour space").
  static let adobeRGB = ICCProfile.matrix(.adobeRGB, .gamma(563 / 256.0), name: "Compatible with Adobe RGB (1998)")
}

extension ExifReader {
  /// Whether the camera wrote Adobe RGB: `ColorSpace` uncalibrated, and interoperability `R03` (DCF 2.0; Exif 2.32,
  /// 4.6.8).
  var isAdobeRGB: Bool {
    unsigned(.colourSpace, in: exif) == 0xFFFF && text(.interoperabilityIndex, in: interoperability) == "R03"
  }
}
