import FoundationEssentials
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
    thumbhash = description.thumbhash.map { Data($0).base64EncodedString() }
    pixelsOpaque = description.pixelsOpaque
    warnings = description.warningCount
    firstWarning = description.firstWarning
    // Rounded, but never to nothing or to the whole: it says that part of the picture is there.
    decodedShare = description.decodedShare.map { min(max($0.rounded(toPlaces: 4), 0.0001), 0.9999) }
    iccName = description.iccName
    hasXMP = description.hasXMP
  }

  private func hexadecimalDigits(of value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
