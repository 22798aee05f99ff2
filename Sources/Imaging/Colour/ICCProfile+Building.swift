/// Where a device's primaries and its white lie: x and y of CIE 1931.
struct Chromaticities: Equatable {
  var white: SIMD2<Double>
  var red: SIMD2<Double>
  var green: SIMD2<Double>
  var blue: SIMD2<Double>

  static let d65 = SIMD2(0.3127, 0.3290)
  static let sRGB = Chromaticities(white: d65, red: [0.64, 0.33], green: [0.30, 0.60], blue: [0.15, 0.06])
  static let adobeRGB = Chromaticities(white: d65, red: [0.64, 0.33], green: [0.21, 0.71], blue: [0.15, 0.06])

  /// The columns of linear R, G and B in XYZ under D50, adapted by Bradford's matrix (ICC.1:2022, annex E); nil where
  /// no light of these makes their white.
  var columns: [SIMD3<Double>]? {
    let points = [white, red, green, blue]
    guard points.allSatisfy({ $0.y > 0.001 && $0.x >= 0 && $0.x + $0.y <= 1.001 }) else { return nil }
    func xyz(_ point: SIMD2<Double>) -> SIMD3<Double> {
      SIMD3(point.x / point.y, 1, (1 - point.x - point.y) / point.y)
    }
    let primaries = [xyz(red), xyz(green), xyz(blue)]
    let determinant = Self.determinant(primaries[0], primaries[1], primaries[2])
    guard abs(determinant) > 0.01 else { return nil }
    let light = xyz(white)
    let shares = SIMD3(
      Self.determinant(light, primaries[1], primaries[2]), Self.determinant(primaries[0], light, primaries[2]),
      Self.determinant(primaries[0], primaries[1], light))
    let amounts = shares / determinant
    guard amounts.min() > 0.001 else { return nil }
    let cones = Self.cones(of: SIMD3(0.9642, 1, 0.8249)) / Self.cones(of: light)
    return primaries.indices.map { Self.xyz(ofCones: Self.cones(of: primaries[$0] * amounts[$0]) * cones) }
  }

  private static func determinant(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>) -> Double {
    a.x * (b.y * c.z - b.z * c.y) - b.x * (a.y * c.z - a.z * c.y) + c.x * (a.y * b.z - a.z * b.y)
  }

  private static func cones(of xyz: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(0.8951, -0.7502, 0.0389) * xyz.x + SIMD3(0.2664, 1.7135, -0.0685) * xyz.y
      + SIMD3(-0.1614, 0.0367, 1.0296) * xyz.z
  }

  private static func xyz(ofCones cones: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(0.9869929, 0.4323053, -0.0085287) * cones.x + SIMD3(-0.1470543, 0.5183603, 0.0400428) * cones.y
      + SIMD3(0.1599627, 0.0492912, 0.9684867) * cones.z
  }
}

/// How light grows with a sample: 0…1 to 0…1.
enum ToneCurve {
  case gamma(Double)
  case table((Double) -> Double)
}

extension ICCProfile {
  /// A profile of primaries and one tone curve (ICC.1:2001-04, 6.3.2.2 and 6.3.3.1); nil where the primaries are none.
  static func matrix(_ chromaticities: Chromaticities, _ curve: ToneCurve, name: String) -> ICCProfile? {
    guard let columns = chromaticities.columns else { return nil }
    let tone = bytes(of: curve)
    let primaries = zip(["rXYZ", "gXYZ", "bXYZ"], columns.map(xyz)).map { (name: $0, content: $1) }
    let tones = ["rTRC", "gTRC", "bTRC"].map { (name: $0, content: tone) }
    return ICCProfile(assemble(header: header("RGB ")[...], described(name) + primaries + tones))
  }

  /// A profile for gray of one tone curve.
  static func gray(_ curve: ToneCurve, name: String) -> ICCProfile? {
    ICCProfile(assemble(header: header("GRAY")[...], described(name) + [(name: "kTRC", content: bytes(of: curve))]))
  }

  /// Version 2.1, for a display.
  private static func header(_ space: String) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: headerBytes)
    func put(_ bytes: [UInt8], at offset: Int) { header.replaceSubrange(offset..<offset + bytes.count, with: bytes) }
    put([2, 0x10], at: 8)
    put(Array("mntr\(space)XYZ ".utf8), at: 12)
    // 1 January 2000.
    put([0x07, 0xD0, 0, 1, 0, 1], at: 24)
    put(Array("acsp".utf8), at: 36)
    put(fixed(SIMD3(0.9642, 1, 0.8249)), at: 68)
    return header
  }

  private static func described(_ name: String) -> [(name: String, content: [UInt8])] {
    let ascii = Array(name.utf8) + [0]
    let description = Array("desc".utf8) + big32(0) + big32(ascii.count) + ascii + [UInt8](repeating: 0, count: 78)
    return [
      (name: "desc", content: description),
      (name: "cprt", content: Array("text".utf8) + big32(0) + Array("No copyright, use freely".utf8) + [0]),
      (name: "wtpt", content: xyz(SIMD3(0.9642, 1, 0.8249))),
    ]
  }

  private static func xyz(_ value: SIMD3<Double>) -> [UInt8] { Array("XYZ ".utf8) + big32(0) + fixed(value) }

  /// Of 16 fractional bits.
  private static func fixed(_ value: SIMD3<Double>) -> [UInt8] {
    [value.x, value.y, value.z].flatMap { big32(Int(($0 * 65_536).rounded())) }
  }

  private static func bytes(of curve: ToneCurve) -> [UInt8] {
    let entries: [Double]
    switch curve {
    // Of 8 fractional bits.
    case .gamma(let gamma): entries = [(gamma * 256).rounded()]
    case .table(let light):
      entries = (0..<4096).map { (65_535 * min(max(light(Double($0) / 4095), 0), 1)).rounded() }
    }
    return Array("curv".utf8) + big32(0) + big32(entries.count)
      + entries.flatMap { [UInt8(Int($0) >> 8 & 255), UInt8(Int($0) & 255)] }
  }
}
