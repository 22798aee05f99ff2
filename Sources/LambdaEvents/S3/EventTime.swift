import Encodings

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The times in events: RFC 3339, to the millisecond, with or without a fraction.
enum EventTime {
  static func date(_ text: String) -> Date? {
    RFC3339.unixMilliseconds(text).map { Date(timeIntervalSince1970: Double($0) / 1000) }
  }

  /// - Throws: `S3NotificationError.invalidTime` for what is not a time.
  static func required(_ text: String) throws(S3NotificationError) -> Date {
    guard let date = date(text) else { throw .invalidTime(text) }
    return date
  }

  static func text(_ date: Date) -> String { RFC3339.text(unixTime: date.timeIntervalSince1970) }
}
