/// A moment by which something must be over, on the wall clock that Lambda uses.
public struct Deadline: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let unixMilliseconds: Int64

  public init(unixMilliseconds: Int64) {
    self.unixMilliseconds = unixMilliseconds
  }

  /// The moment that is `duration` from now; negative durations lie in the past.
  public init(in duration: Duration) {
    let moment = Duration.milliseconds(WallClock.unixMilliseconds()) + duration
    let (seconds, attoseconds) = moment.components
    let (whole, isTooFar) = seconds.multipliedReportingOverflow(by: 1000)
    unixMilliseconds = isTooFar ? (seconds < 0 ? .min : .max) : whole + attoseconds / 1_000_000_000_000_000
  }

  /// A deadline that never comes.
  public static let never = Deadline(unixMilliseconds: Int64.max)

  /// What is left; negative once the deadline is past.
  public var remaining: Duration {
    .milliseconds(unixMilliseconds) - .milliseconds(WallClock.unixMilliseconds())
  }

  /// Whether nothing is left.
  public var isPast: Bool { remaining <= .zero }

  public static func < (left: Deadline, right: Deadline) -> Bool {
    left.unixMilliseconds < right.unixMilliseconds
  }
}
