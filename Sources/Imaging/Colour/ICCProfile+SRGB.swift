extension ICCProfile {
  /// Whether it describes sRGB by curves and a matrix, as most profiles in files do: there is nothing to convert then.
  ///
  /// Primaries are within what rounding and other white point adaptations make of them, curves within 1/400.
  var isSRGB: Bool {
    guard !hasTable, space == "GRAY" || space == "RGB " else { return false }
    if space == "GRAY" { return tag("kTRC").map(Self.isSRGBCurve) ?? false }
    guard let columns = Chromaticities.sRGB.columns else { return false }
    for (name, column) in zip(["rXYZ", "gXYZ", "bXYZ"], columns) {
      guard let tag = tag(name), tag.count >= 20 else { return false }
      for axis in 0..<3 {
        let value = Double(Int32(truncatingIfNeeded: Self.number(tag, at: 8 + 4 * axis))) / 65_536
        guard abs(value - column[axis]) < 0.0015 else { return false }
      }
    }
    return ["rTRC", "gTRC", "bTRC"].allSatisfy { tag($0).map(Self.isSRGBCurve) ?? false }
  }

  private static func isSRGBCurve(_ tag: [UInt8]) -> Bool {
    let light: (Double) -> Double
    if tag.count >= 12, tag[..<4].elementsEqual("curv".utf8) {
      let count = number(tag, at: 8)
      guard count >= 256, tag.count >= 12 + 2 * count else { return false }
      light = { sample in
        let index = Int((sample * Double(count - 1)).rounded())
        return Double(Int(tag[12 + 2 * index]) << 8 | Int(tag[13 + 2 * index])) / 65_535
      }
    } else if tag.count >= 32, tag[..<4].elementsEqual("para".utf8), tag[8] == 0, tag[9] == 3 {
      // g, a, b, c and d of (ICC.1:2022, table 68): (aX + b)^g above d, cX below.
      let expected = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]
      return expected.indices.allSatisfy { index in
        let value = Double(Int32(truncatingIfNeeded: number(tag, at: 12 + 4 * index))) / 65_536
        return abs(value - expected[index]) < 0.001
      }
    } else {
      return false
    }
    return stride(from: 0, through: 1.0, by: 1 / 32).allSatisfy { point in
      // At a point that the table has.
      let count = Double(number(tag, at: 8) - 1)
      let sample = (point * count).rounded() / count
      return abs(light(sample) - TransferFunction.sRGB(sample)) < 1 / 400.0
    }
  }
}
