/// A job that does not end before its deadline.
///
/// The message is tried again.
public enum OutOfTime: Error, Equatable, CustomStringConvertible {
  /// It would not end before the deadline: what it would take, and what was left.
  case notBegun(needed: Duration, left: Duration)
  /// It was still running when its time was up. What it has written by then a further try writes again.
  case givenUp

  /// That the time was over, and which time, for the log.
  public var description: String {
    switch self {
    case .notBegun(let needed, let left):
      "not begun: it needs about \(needed), and \(left) are left before the deadline"
    case .givenUp: "given up: its time was over before it ended"
    }
  }
}
