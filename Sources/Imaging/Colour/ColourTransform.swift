import CLittleCMS

/// Converts rows of samples to sRGB by Little CMS.
final class ColourTransform {
  /// How the samples of a row lie.
  enum Samples {
    case gray8, gray16, rgb8, rgb16
    /// 255 means without ink.
    case invertedCMYK8

    fileprivate var layout: UInt32 {
      switch self {
      case .gray8: CLITTLECMS_GRAY_8
      case .gray16: CLITTLECMS_GRAY_16
      case .rgb8: CLITTLECMS_RGB_8
      case .rgb16: CLITTLECMS_RGB_16
      case .invertedCMYK8: CLITTLECMS_INVERTED_CMYK_8
      }
    }

    /// As they come out of resampling; of inks, out of their decoder.
    init(_ header: ImageHeader) {
      if header.isCMYK {
        self = .invertedCMYK8
      } else {
        let isWide = header.bitDepth == 16 || header.hasAlpha
        self = header.colourSpace == .gray ? isWide ? .gray16 : .gray8 : isWide ? .rgb16 : .rgb8
      }
    }

    fileprivate var isGray: Bool { self == .gray8 || self == .gray16 }
  }

  /// CPU seconds, on the machine that ``ResourceEstimate/cpuSeconds`` tells of.
  ///
  /// Linear samples of 16 bits go through every step of a conversion, all others but gray through one table.
  static func secondsPerMegapixel(_ header: ImageHeader) -> Double {
    header.bitDepth == 16 || header.hasAlpha ? 0.2 : header.colourSpace == .gray ? 0.1 : 0.06
  }

  /// Of a converted pixel: gray stays gray.
  let channels: Int
  private let functions: UnsafePointer<clittlecms_functions>
  private let handle: cmsHTRANSFORM

  /// Nil where the profile cannot be used, or Little CMS is not there.
  ///
  /// The intent is relative colorimetric without black point compensation: what libvips does unless it is told
  /// otherwise.
  init?(_ profile: ICCProfile, from samples: Samples) {
    guard let functions = clittlecms_load(), let bytes = profile.conversion, let gray = Self.graySRGB
    else { return nil }
    let calls = functions.pointee
    func open(_ bytes: [UInt8]) -> cmsHPROFILE? {
      bytes.withUnsafeBytes { calls.open_profile($0.baseAddress, UInt32($0.count)) }
    }
    guard let source = open(bytes) else { return nil }
    defer { _ = calls.close_profile(source) }
    guard let target = samples.isGray ? open(gray.bytes) : calls.create_srgb_profile() else { return nil }
    defer { _ = calls.close_profile(target) }
    // A table of 33 grays is what Little CMS would make of a curve, too few for the shadows of linear samples.
    let flags = samples.isGray ? UInt32(cmsFLAGS_NOOPTIMIZE) : 0
    let layout = samples.isGray ? CLITTLECMS_GRAY_8 : CLITTLECMS_RGB_8
    guard
      let handle = calls.create_transform(
        source, samples.layout, target, layout, UInt32(INTENT_RELATIVE_COLORIMETRIC), flags)
    else { return nil }
    self.functions = functions
    self.handle = handle
    channels = samples.isGray ? 1 : 3
  }

  deinit { functions.pointee.delete_transform(handle) }

  /// Reads and writes whole pixels, of `channels` bytes each in `target`.
  func convert(_ source: UnsafeRawPointer, to target: UnsafeMutablePointer<UInt8>, pixels: Int) {
    functions.pointee.transform(handle, source, target, UInt32(pixels))
  }

  private static let graySRGB = ICCProfile.gray(.table(TransferFunction.sRGB), name: "sRGB gray")
}
