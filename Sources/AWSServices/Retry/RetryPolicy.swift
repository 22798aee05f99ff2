/// How long to wait before an attempt, and how many there are.
package struct RetryPolicy: Sendable {
  package var attempts: Int
  /// Gives a number from 0 to 1.
  package var random: @Sendable () -> Double
  package var sleep: @Sendable (_ seconds: Double) async throws -> Void

  package init(
    attempts: Int = 3, random: @escaping @Sendable () -> Double = { Double.random(in: 0...1) },
    sleep: @escaping @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
  ) {
    self.attempts = attempts
    self.random = random
    self.sleep = sleep
  }

  /// Seconds before the next attempt: exponential with full jitter, at most 20.
  /// - Parameter retry: 0 before the second attempt.
  package func backoff(beforeRetry retry: Int) -> Double { random() * min(Double(1 << min(retry, 10)), 20) }
}
