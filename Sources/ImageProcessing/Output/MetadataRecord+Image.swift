import Imaging

extension MetadataRecord {
  /// Takes over what the image's header says.
  mutating func describe(_ header: ImageHeader) {
    format = header.format.rawValue
    width = header.displayWidth
    height = header.displayHeight
    megapixels = (Double(header.width) * Double(header.height) / 1e6).rounded(toPlaces: 3)
    aspectRatio = (Double(header.displayWidth) / Double(header.displayHeight)).rounded(toPlaces: 4)
    channels = header.channels
    bitDepth = header.bitDepth
    colourSpace = header.colourSpace.rawValue
    hasAlpha = header.hasAlpha
    orientation = Int(header.orientation.rawValue)
    hasGPS = header.exif?.hasGPS ?? false
    exifMake = header.exif?.make
    exifModel = header.exif?.model
    exifTakenAt = header.exif?.takenAt
    exifISO = header.exif?.iso
    exifFNumber = header.exif?.fNumber
    exifExposureS = header.exif?.exposureSeconds
    exifFocalMM = header.exif?.focalLengthMM
  }

  /// Takes over what the whole picture told.
  mutating func describe(_ description: ImageDescription) {
    describe(description.header)
    dhash = hexadecimalDigits(of: description.differenceHash)
    dominantHex = description.dominantColour.hex
  }

  private func hexadecimalDigits(of value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension RGB {
  /// Reads `#rrggbb`; nil for anything else.
  init?(hex: String) {
    let digits = hex.utf8.dropFirst()
    // A number may have a sign, a colour may not.
    guard hex.utf8.first == UInt8(ascii: "#"), digits.count == 6, digits.first != UInt8(ascii: "+"),
      let value = UInt32(digits.asString, radix: 16)
    else { return nil }
    self.init(
      UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value))
  }

  /// `#rrggbb`.
  var hex: String {
    let digits = String(UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue), radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}

extension Substring.UTF8View {
  fileprivate var asString: String { String(decoding: self, as: UTF8.self) }
}
