extension ExifReader {
  /// Tags of the directory of positions (EXIF 2.32, table 15).
  private enum Place {
    static let latitude: UInt16 = 2
    static let longitude: UInt16 = 4
    static let altitude: UInt16 = 6
    static let time: UInt16 = 7
    static let satellites: UInt16 = 8
    static let status: UInt16 = 9
    static let mode: UInt16 = 10
    static let precision: UInt16 = 11
  }

  /// Whether degrees of latitude or longitude stand there: one of them alone tells half of where it was.
  ///
  /// Cameras without a fix write references alone, 0/0, or 0° and 0°: the last is a position only with another sign of
  /// a fix, such as satellites, a height or the time that they gave.
  var hasPosition: Bool {
    let coordinates = [degrees(Place.latitude, limit: 90), degrees(Place.longitude, limit: 180)].compactMap { $0 }
    return !coordinates.isEmpty && (coordinates.contains { $0 != 0 } || hasFix)
  }

  private func degrees(_ tag: UInt16, limit: Double) -> Double? {
    guard let entry = gps.first(where: { $0.tag == tag }) else { return nil }
    let parts = rationals(entry).prefix(3)
    // Minutes and seconds may be missing, and are written as 0/0 by some.
    guard let first = parts.first, let whole = first else { return nil }
    var degrees = abs(whole)
    for (part, unit) in zip(parts.dropFirst(), [60.0, 3600.0]) { degrees += abs(part ?? 0) / unit }
    return degrees <= limit ? degrees : nil
  }

  private var hasFix: Bool {
    func text(_ tag: UInt16) -> String? {
      gps.first { $0.tag == tag && $0.type == 2 }.flatMap { PlainText.line($0.bytes, maxBytes: 100) }
    }
    // V: the receiver says that it has none.
    if text(Place.status) == "V" { return false }
    if text(Place.status) == "A" || ["2", "3"].contains(text(Place.mode)) { return true }
    if let satellites = text(Place.satellites), satellites.contains(where: { $0 != "0" && $0 != " " }) { return true }
    return [Place.altitude, Place.time, Place.precision].contains { tag in
      gps.first { $0.tag == tag }.map { rationals($0).contains { $0 ?? 0 != 0 } } ?? false
    }
  }
}
