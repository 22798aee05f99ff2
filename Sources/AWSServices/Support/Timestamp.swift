package import FoundationEssentials
import Glibc

/// The forms in which AWS writes a time, in whole seconds: UTC, unless an offset says otherwise.
package enum Timestamp {
  /// `20130524T000000Z`, as signatures hold it.
  package static func basic(_ date: Date) -> String {
    let time = fields(date)
    return digits(time.tm_year + 1900, 4) + digits(time.tm_mon + 1, 2) + digits(time.tm_mday, 2) + "T"
      + digits(time.tm_hour, 2) + digits(time.tm_min, 2) + digits(time.tm_sec, 2) + "Z"
  }

  /// `2013-05-24T00:00:00Z` (RFC 3339).
  package static func extended(_ date: Date) -> String {
    let time = fields(date)
    return digits(time.tm_year + 1900, 4) + "-" + digits(time.tm_mon + 1, 2) + "-" + digits(time.tm_mday, 2) + "T"
      + digits(time.tm_hour, 2) + ":" + digits(time.tm_min, 2) + ":" + digits(time.tm_sec, 2) + "Z"
  }

  /// Reads RFC 3339, with or without a fraction (which is dropped), and with the offset's colon or without.
  package static func parseExtended(_ text: String) -> Date? {
    let bytes = Array(text.utf8)
    let marks: [(Int, String)] = [(4, "-"), (7, "-"), (10, "Tt "), (13, ":"), (16, ":")]
    guard bytes.count >= 20, marks.allSatisfy({ $1.utf8.contains(bytes[$0]) }),
      let year = number(bytes[0..<4]), let month = number(bytes[5..<7]), let day = number(bytes[8..<10]),
      let hour = number(bytes[11..<13]), let minute = number(bytes[14..<16]), let second = number(bytes[17..<19])
    else { return nil }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard !fraction.isEmpty else { return nil }
      rest = rest[fraction.endIndex...]
    }
    guard let offset = offset(rest) else { return nil }
    return date(year: year, month: month, day: day, hour: hour, minute: minute, second: second)?
      .addingTimeInterval(-Double(offset))
  }

  /// Seconds that `Z`, `+01:00` or `-0330` is ahead of UTC.
  private static func offset(_ text: ArraySlice<UInt8>) -> Int32? {
    let digits = text.dropFirst().filter { $0 != UInt8(ascii: ":") }
    switch text.first {
    case UInt8(ascii: "Z"), UInt8(ascii: "z"): return text.count == 1 ? 0 : nil
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      guard digits.count == 4, text.count == 5 || (text.count == 6 && text[text.startIndex + 3] == UInt8(ascii: ":")),
        let hours = number(digits[..<2]), let minutes = number(digits[2...]), hours < 24, minutes < 60
      else { return nil }
      return (hours * 60 + minutes) * (text.first == UInt8(ascii: "-") ? -60 : 60)
    default: return nil
    }
  }

  /// Reads the one form of an HTTP date that servers may send: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
  package static func parseHTTP(_ text: String) -> Date? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT" || parts[5] == "UTC", let day = number(parts[1].utf8),
      let month = months.firstIndex(of: String(parts[2])), let year = number(parts[3].utf8)
    else { return nil }
    let clock = parts[4].split(separator: ":")
    guard clock.count == 3, let hour = number(clock[0].utf8), let minute = number(clock[1].utf8),
      let second = number(clock[2].utf8)
    else { return nil }
    return date(year: year, month: Int32(month + 1), day: day, hour: hour, minute: minute, second: second)
  }

  private static func fields(_ date: Date) -> tm {
    // Clamped to the years 1 to 9999, so that no date can leave the form.
    var seconds = time_t(max(-62_135_596_800, min(253_402_300_799, date.timeIntervalSince1970.rounded(.down))))
    var result = tm()
    gmtime_r(&seconds, &result)
    return result
  }

  private static func date(year: Int32, month: Int32, day: Int32, hour: Int32, minute: Int32, second: Int32) -> Date? {
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60 else { return nil }
    var time = tm()
    time.tm_year = year - 1900
    time.tm_mon = month - 1
    time.tm_mday = day
    time.tm_hour = hour
    time.tm_min = minute
    time.tm_sec = second
    return Date(timeIntervalSince1970: Double(timegm(&time)))
  }

  private static func number(_ digits: some Collection<UInt8>) -> Int32? {
    guard (1...4).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int32($1 - 0x30) }
  }

  private static func digits(_ value: Int32, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
