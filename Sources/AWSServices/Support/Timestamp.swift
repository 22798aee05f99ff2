import Encodings
package import FoundationEssentials

/// The forms in which AWS writes a time, in whole seconds: UTC, unless an offset says otherwise.
package enum Timestamp {
  /// `20130524T000000Z`, as signatures hold it.
  package static func basic(_ date: Date) -> String { extended(date).filter { $0 != "-" && $0 != ":" } }

  /// `2013-05-24T00:00:00Z` (RFC 3339).
  package static func extended(_ date: Date) -> String {
    // Bounded to the years that four digits can hold, so that no date can leave the form.
    let seconds = max(-62_135_596_800, min(253_402_300_799, date.timeIntervalSince1970.rounded(.down)))
    return RFC3339.text(unixSeconds: Int64(seconds))
  }

  /// Reads RFC 3339, with or without a fraction (which is dropped), and with the offset's colon or without.
  package static func parseExtended(_ text: String) -> Date? {
    var text = text
    let end = Array(text.utf8.suffix(5))
    if end.count == 5, "+-".utf8.contains(end[0]), end[1...].allSatisfy({ (0x30...0x39).contains($0) }) {
      text.insert(":", at: text.index(text.endIndex, offsetBy: -2))
    }
    return RFC3339.unixMilliseconds(text).map { Date(timeIntervalSince1970: (Double($0) / 1000).rounded(.down)) }
  }

  /// Reads the one form of an HTTP date that servers may send: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
  package static func parseHTTP(_ text: String) -> Date? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT" || parts[5] == "UTC", let month = months.firstIndex(of: String(parts[2]))
    else { return nil }
    let clock = parts[4].split(separator: ":")
    guard clock.count == 3, let day = number(parts[1]), let year = number(parts[3]), let hour = number(clock[0]),
      let minute = number(clock[1]), let second = number(clock[2]),
      let time = UTCTime(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
    else { return nil }
    return Date(timeIntervalSince1970: Double(time.unixSeconds))
  }

  private static func number(_ digits: Substring) -> Int? {
    digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
  }
}
