internal import Encodings
public import FoundationEssentials

/// Moments as people read them.
public enum TimeText {
  /// To the minute, in UTC: `2026-11-27 15:04 UTC`.
  public static func text(_ date: Date) -> String {
    let text = RFC3339.text(unixSeconds: Int64(date.timeIntervalSince1970))
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
  }
}
