/// A moment as the Gregorian calendar and the clock in UTC show it, to the second.
public struct UTCTime: Sendable {
  /// The year, 0 to 9999: what four digits hold.
  public let year: Int
  /// The month, 1 to 12.
  public let month: Int
  /// The day of the month, 1 to 31.
  public let day: Int
  /// The hour, 0 to 23.
  public let hour: Int
  /// The minute, 0 to 59.
  public let minute: Int
  /// The second, 0 to 59; 60 where a leap second was read.
  public let second: Int

  /// Checks that there is such a day and such a time of day, leap seconds included.
  public init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    guard (0...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.days(inMonth: month, of: year), (0...23).contains(hour), (0...59).contains(minute),
      (0...60).contains(second)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// The moment so many seconds after 1970-01-01T00:00:00Z; outside of the years 0 to 9999, the nearest moment within.
  public init(unixSeconds: Int64) {
    let seconds = min(max(unixSeconds, -62_167_219_200), 253_402_300_799)
    let timeOfDay = Self.remainder(of: Int(seconds), by: 86_400)
    // By counting in eras of 400 years that start on 1 March, so that a leap day is the last of its year.
    let days = (Int(seconds) - timeOfDay) / 86_400 + 719_468
    let dayOfEra = Self.remainder(of: days, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    year = yearOfEra + (days - dayOfEra) / 146_097 * 400 + (month <= 2 ? 1 : 0)
    hour = timeOfDay / 3600
    minute = timeOfDay / 60 % 60
    second = timeOfDay % 60
  }

  /// Seconds since 1970-01-01T00:00:00Z; a leap second counts as the one after it.
  public var unixSeconds: Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let yearOfEra = Self.remainder(of: marchYear, by: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = (marchYear - yearOfEra) / 400 * 146_097 + dayOfEra - 719_468
    return Int64(days * 86_400 + hour * 3600 + minute * 60 + second)
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The remainder of a division that rounds down: 0 or more.
  private static func remainder(of value: Int, by divisor: Int) -> Int {
    let remainder = value % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
