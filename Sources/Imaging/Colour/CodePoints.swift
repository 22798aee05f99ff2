import Glibc

/// Primaries and transfer function by the numbers of ITU-T H.273, tables 2 and 3, as a PNG's cICP chunk gives them.
struct CodePoints: Equatable {
  var primaries: UInt8
  var transfer: UInt8

  var isSRGB: Bool { primaries == 1 && transfer == 13 }

  /// Nil for numbers that are reserved, or that nothing here can stand for.
  func profile(isGray: Bool) -> ICCProfile? {
    guard let curve else { return nil }
    if isGray { return .gray(curve, name: "cICP") }
    return chromaticities.flatMap { .matrix($0, curve, name: "cICP") }
  }

  /// What a person should know of the conversion.
  var note: String? {
    switch transfer {
    case 16, 18: "a picture of high dynamic range (\(transfer == 16 ? "PQ" : "HLG")): its highlights are compressed"
    default: nil
    }
  }

  private var chromaticities: Chromaticities? {
    let d65 = Chromaticities.d65
    let c = SIMD2(0.310, 0.316)
    return switch primaries {
    case 1: .sRGB
    case 4: Chromaticities(white: c, red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08])
    case 5: Chromaticities(white: d65, red: [0.64, 0.33], green: [0.29, 0.60], blue: [0.15, 0.06])
    case 6, 7: Chromaticities(white: d65, red: [0.630, 0.340], green: [0.310, 0.595], blue: [0.155, 0.070])
    case 8: Chromaticities(white: c, red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049])
    case 9: Chromaticities(white: d65, red: [0.708, 0.292], green: [0.170, 0.797], blue: [0.131, 0.046])
    case 11: Chromaticities(white: [0.314, 0.351], red: [0.680, 0.320], green: [0.265, 0.690], blue: [0.150, 0.060])
    case 12: Chromaticities(white: d65, red: [0.680, 0.320], green: [0.265, 0.690], blue: [0.150, 0.060])
    case 22: Chromaticities(white: d65, red: [0.630, 0.340], green: [0.295, 0.605], blue: [0.155, 0.077])
    default: nil
    }
  }

  private var curve: ToneCurve? {
    switch transfer {
    case 1, 6, 14, 15: .table(TransferFunction.rec709)
    case 4: .gamma(2.2)
    case 5: .gamma(2.8)
    case 8: .gamma(1)
    case 13: .table(TransferFunction.sRGB)
    case 16: .table { TransferFunction.compressed(TransferFunction.pq($0) * 10_000 / TransferFunction.referenceWhite) }
    case 18: .table { TransferFunction.compressed(TransferFunction.hlg($0) * 1_000 / TransferFunction.referenceWhite) }
    default: nil
    }
  }
}

/// Light for a sample, both 0…1 of their largest.
enum TransferFunction {
  /// IEC 61966-2-1.
  static func sRGB(_ sample: Double) -> Double {
    sample <= 0.04045 ? sample / 12.92 : pow((sample + 0.055) / 1.055, 2.4)
  }

  /// The inverse of the camera's curve (ITU-R BT.709, 1.2), as browsers take it.
  static func rec709(_ sample: Double) -> Double {
    sample < 0.081 ? sample / 4.5 : pow((sample + 0.099) / 1.099, 1 / 0.45)
  }

  /// Of 10,000 cd/m² (ITU-R BT.2100, table 4).
  static func pq(_ sample: Double) -> Double {
    let root = pow(sample, 32 / 2523.0)
    return pow(max(root - 3424 / 4096.0, 0) / (2413 / 128.0 - 2392 / 128.0 * root), 16_384 / 2610.0)
  }

  /// Of a display of 1,000 cd/m², its gamma of 1.2 on each channel by itself (ITU-R BT.2100, table 5).
  static func hlg(_ sample: Double) -> Double {
    let scene = sample <= 0.5 ? sample * sample / 3 : (exp((sample - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return pow(scene, 1.2)
  }

  /// What white paper has in a picture of high dynamic range, in cd/m² (ITU-R BT.2408, 2.1).
  static let referenceWhite = 203.0

  /// Light in parts of reference white, to what a screen of ordinary range shows: as it is up to three quarters of
  /// white, and above that the closer to 1 the brighter, which 1,000 cd/m² come close to.
  static func compressed(_ light: Double) -> Double {
    let knee = 0.75
    guard light > knee else { return light }
    let over = (light - knee) / (1 - knee)
    return knee + (1 - knee) * over / (1 + over)
  }
}
