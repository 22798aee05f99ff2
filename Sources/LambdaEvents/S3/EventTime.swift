import LambdaRuntime

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The times in events: ISO 8601 in UTC, to the millisecond, with or without the fraction.
enum EventTime {
  static func date(_ text: String) -> Date? {
    let parsed =
      (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
      ?? (try? Date.ISO8601FormatStyle().parse(text))
    // Rounded, so that a time survives being written and read again.
    return parsed.map { Date(timeIntervalSince1970: ($0.timeIntervalSince1970 * 1000).rounded() / 1000) }
  }

  /// - Throws: `S3NotificationError.invalidTime` for what is no time.
  static func required(_ text: String) throws(S3NotificationError) -> Date {
    guard let date = date(text) else { throw .invalidTime(text) }
    return date
  }

  static func text(_ date: Date) -> String {
    WallClock.rfc3339(unixMilliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
  }
}
