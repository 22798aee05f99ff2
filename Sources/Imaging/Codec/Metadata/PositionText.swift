/// Whether texts tell a position: the properties that XMP has of Exif's namespace, and the keywords that ImageMagick
/// gives Exif's values in a PNG, which have the same names.
struct PositionText {
  private var hasCoordinates = false
  private var hasNonzeroCoordinates = false
  private var hasFix = false

  /// As of Exif's own directory: 0° and 0° are a position only with another sign of a fix.
  var isPosition: Bool { hasCoordinates && (hasNonzeroCoordinates || hasFix) }

  /// - Parameters:
  ///   - name: of the property, such as `GPSLatitude`
  ///   - text: such as `52,30.5N`, or rationals, as in `52/1, 30/1, 0/1`
  mutating func add(_ name: String, _ text: some Collection<UInt8>) {
    let digits = Self.digits(text)
    let isNonzero = digits.contains { $0 != 0x30 }
    switch name {
    case "GPSLatitude", "GPSLongitude":
      hasCoordinates = hasCoordinates || !digits.isEmpty
      hasNonzeroCoordinates = hasNonzeroCoordinates || isNonzero
    case "GPSStatus": hasFix = hasFix || text.first == 0x41
    case "GPSAltitude", "GPSSatellites", "GPSMeasureMode", "GPSTimeStamp", "GPSDOP": hasFix = hasFix || isNonzero
    default: break
    }
  }

  /// Those of the numbers, but for what is divided by, and divided by zero.
  private static func digits(_ text: some Collection<UInt8>) -> [UInt8] {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    guard text.contains(0x2F) else { return text.filter(isDigit) }
    return text.split(separator: 0x2C).flatMap { number -> [UInt8] in
      let parts = number.split(separator: 0x2F, maxSplits: 1, omittingEmptySubsequences: false)
      let isFinite = parts.count < 2 || parts[1].contains { isDigit($0) && $0 != 0x30 }
      return isFinite ? parts[0].filter(isDigit) : []
    }
  }
}
