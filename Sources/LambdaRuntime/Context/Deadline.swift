/// A moment by which something must be over, on the wall clock that Lambda uses.
public struct Deadline: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let unixMilliseconds: Int64

  public init(unixMilliseconds: Int64) {
    self.unixMilliseconds = unixMilliseconds
  }

  /// The moment that is `duration` from now; negative durations lie in the past.
  public init(in duration: Duration) {
    let (seconds, attoseconds) = duration.components
    let milliseconds = seconds.multipliedReportingOverflow(by: 1000)
    let sum = WallClock.unixMilliseconds().addingReportingOverflow(
      milliseconds.overflow ? Int64.max / 2 : milliseconds.partialValue + attoseconds / 1_000_000_000_000_000)
    unixMilliseconds = sum.overflow ? Int64.max : sum.partialValue
  }

  /// A deadline that never comes.
  public static let never = Deadline(unixMilliseconds: Int64.max)

  /// What is left; negative once the deadline is past.
  public var remaining: Duration {
    let left = unixMilliseconds.subtractingReportingOverflow(WallClock.unixMilliseconds())
    return .milliseconds(left.overflow ? Int64.max : left.partialValue)
  }

  /// Whether nothing is left.
  public var isPast: Bool { remaining <= .zero }

  public static func < (left: Deadline, right: Deadline) -> Bool {
    left.unixMilliseconds < right.unixMilliseconds
  }
}
