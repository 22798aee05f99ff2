/// Times on the Internet (RFC 3339), the form that AWS, JSON and logs use.
public enum RFC3339 {
  /// Writes a moment in UTC with milliseconds: `2026-01-31T23:59:59.042Z`.
  public static func text(unixMilliseconds: Int64) -> String {
    let fraction = unixMilliseconds % 1000 + (unixMilliseconds % 1000 < 0 ? 1000 : 0)
    return text(unixMilliseconds / 1000 - (unixMilliseconds % 1000 < 0 ? 1 : 0), milliseconds: Int(fraction))
  }

  /// Writes a moment in UTC that is given in seconds, rounded to the millisecond.
  ///
  /// The form has years of four digits: a moment before them is their first, one after them their last.
  public static func text(unixTime: Double) -> String {
    let (first, last) = (-62_167_219_200.0, 253_402_300_799.999)
    return text(unixMilliseconds: Int64(((unixTime < last ? max(first, unixTime) : last) * 1000).rounded()))
  }

  /// Writes a moment in UTC in whole seconds: `2026-01-31T23:59:59Z`.
  public static func text(unixSeconds: Int64) -> String { text(unixSeconds, milliseconds: nil) }

  /// Reads a moment, with any number of digits of fraction, in UTC (`Z`) or at an offset (`+01:00`).
  /// - Returns: milliseconds since 1970-01-01T00:00:00Z, rounded; nil for any other form, or a day that does not exist.
  public static func unixMilliseconds(_ text: String) -> Int64? {
    var rest = text.utf8[...]
    guard let year = number(&rest, digits: 4), take("-", from: &rest), let month = number(&rest, digits: 2),
      take("-", from: &rest), let day = number(&rest, digits: 2), take("T", or: "t", from: &rest),
      let hour = number(&rest, digits: 2), take(":", from: &rest), let minute = number(&rest, digits: 2),
      take(":", from: &rest), let second = number(&rest, digits: 2),
      let time = UTCTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second),
      let milliseconds = fraction(&rest), let offset = offsetMinutes(&rest), rest.isEmpty
    else { return nil }
    return (time.unixSeconds - Int64(offset) * 60) * 1000 + Int64(milliseconds)
  }

  // MARK: Writing

  private static func text(_ unixSeconds: Int64, milliseconds: Int?) -> String {
    let time = UTCTime(unixSeconds: unixSeconds)
    var text: [UInt8] = []
    text.reserveCapacity(24)
    append(time.year, width: 4, before: "-", to: &text)
    append(time.month, width: 2, before: "-", to: &text)
    append(time.day, width: 2, before: "T", to: &text)
    append(time.hour, width: 2, before: ":", to: &text)
    append(time.minute, width: 2, before: ":", to: &text)
    append(time.second, width: 2, before: milliseconds == nil ? "Z" : ".", to: &text)
    if let milliseconds { append(milliseconds, width: 3, before: "Z", to: &text) }
    return String(decoding: text, as: UTF8.self)
  }

  private static func append(_ value: Int, width: Int, before mark: Unicode.Scalar, to text: inout [UInt8]) {
    var unit = width == 4 ? 1000 : width == 3 ? 100 : 10
    while unit > 0 {
      text.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
      unit /= 10
    }
    text.append(UInt8(ascii: mark))
  }

  // MARK: Reading

  private static func take(
    _ mark: Unicode.Scalar, or other: Unicode.Scalar? = nil, from rest: inout Substring.UTF8View
  ) -> Bool {
    guard let first = rest.first, first == UInt8(ascii: mark) || other.map({ first == UInt8(ascii: $0) }) ?? false
    else { return false }
    rest.removeFirst()
    return true
  }

  private static func digit(_ rest: inout Substring.UTF8View) -> Int? {
    guard let first = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
    rest.removeFirst()
    return Int(first - UInt8(ascii: "0"))
  }

  private static func number(_ rest: inout Substring.UTF8View, digits: Int) -> Int? {
    var number = 0
    for _ in 0..<digits {
      guard let digit = digit(&rest) else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  /// The fraction of a second in milliseconds, up to 1000 as it is rounded; 0 where there is none.
  private static func fraction(_ rest: inout Substring.UTF8View) -> Int? {
    guard take(".", from: &rest) else { return 0 }
    guard let first = digit(&rest) else { return nil }
    var milliseconds = first * 100
    var unit = 10
    while let digit = digit(&rest) {
      milliseconds += unit > 0 ? digit * unit : unit == 0 && digit >= 5 ? 1 : 0
      unit = unit > 1 ? unit / 10 : unit - 1
    }
    return milliseconds
  }

  /// How far local time is ahead of UTC, in minutes.
  private static func offsetMinutes(_ rest: inout Substring.UTF8View) -> Int? {
    if take("Z", or: "z", from: &rest) { return 0 }
    let isAhead = take("+", from: &rest)
    guard isAhead || take("-", from: &rest), let hours = number(&rest, digits: 2), hours < 24, take(":", from: &rest),
      let minutes = number(&rest, digits: 2), minutes < 60
    else { return nil }
    return (isAhead ? 1 : -1) * (hours * 60 + minutes)
  }
}
