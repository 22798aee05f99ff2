/// A moment by which something must be over, on the wall clock that Lambda uses.
public struct Deadline: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let unixMilliseconds: Int64

  /// The moment in milliseconds since 1970-01-01T00:00:00Z, as `Lambda-Runtime-Deadline-Ms` has it.
  public init(unixMilliseconds: Int64) {
    self.unixMilliseconds = unixMilliseconds
  }

  /// The moment that is `duration` from now; negative durations lie in the past.
  public init(in duration: Duration) {
    // Millions of years are as good as for ever, and a Duration can hold more than milliseconds can count.
    let bounded = min(max(duration, .seconds(-1 << 50)), .seconds(1 << 50))
    let (seconds, attoseconds) = bounded.components
    unixMilliseconds = WallClock.unixMilliseconds() + seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }

  /// A deadline that never comes.
  public static let never = Deadline(unixMilliseconds: Int64.max)

  /// What is left; negative once the deadline is past.
  public var remaining: Duration {
    .milliseconds(unixMilliseconds) - .milliseconds(WallClock.unixMilliseconds())
  }

  /// Whether nothing is left.
  public var isPast: Bool { remaining <= .zero }

  /// Whether `left` comes first.
  public static func < (left: Deadline, right: Deadline) -> Bool {
    left.unixMilliseconds < right.unixMilliseconds
  }
}
