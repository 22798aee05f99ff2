import Threads

/// Timeout of optional start-up calls, without whose response a function works too.
enum TimeLimit {
  /// Responses take milliseconds, and Lambda's initialisation phase ends after ten seconds.
  static let start = Duration.seconds(2)

  /// Runs `body` on a thread of its own and waits until it has a result, but no longer than the limit.
  /// - Parameter body: calls its argument once it has the result; it may go on after that, or after the limit.
  /// - Returns: nil when time was up first.
  static func wait<Success: Sendable>(
    _ body: @escaping @Sendable (_ done: @Sendable (Success) -> Void) -> Void
  ) throws(ThreadError) -> Success? {
    let result = Monitor<Success?>(nil)
    try DedicatedThread {
      body { success in result.change { $0 = $0 ?? success } }
    }.detach()
    return result.wait(for: start) { $0 }
  }
}
