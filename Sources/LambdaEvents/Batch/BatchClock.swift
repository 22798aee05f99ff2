import LambdaRuntime

/// How a batch knows that its time is up.
package struct BatchClock: Sendable {
  /// Whether nothing may start any more.
  package var isOver: @Sendable () -> Bool
  /// Returns once that is so, or when the task is cancelled.
  package var waitForTheEnd: @Sendable () async -> Void

  package init(isOver: @escaping @Sendable () -> Bool, waitForTheEnd: @escaping @Sendable () async -> Void) {
    self.isOver = isOver
    self.waitForTheEnd = waitForTheEnd
  }

  /// Time is up when no more than `reserve` is left before the deadline.
  static func until(_ deadline: Deadline, less reserve: Duration) -> BatchClock {
    BatchClock {
      deadline.remaining <= reserve
    } waitForTheEnd: {
      // A deadline that never comes is further away than a sleep can be.
      try? await Task.sleep(for: min(max(.zero, deadline.remaining - reserve), .seconds(24 * 60 * 60)))
    }
  }
}
