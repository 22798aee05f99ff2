import Synchronization

/// How many retries all calls together may make: a bucket of tokens that retries empty and successes fill.
///
/// It keeps a service that is down from being asked three times as often as one that is up.
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior", standard mode.
final class RetryQuota: Sendable {
  static let capacity = 500
  static let retryCost = 5
  static let timeoutCost = 10

  private let tokens = Mutex(RetryQuota.capacity)

  /// Takes the cost of one retry.
  /// - Returns: False when there is not enough left: then the call fails as it is.
  func take(_ cost: Int) -> Bool {
    tokens.withLock {
      guard $0 >= cost else { return false }
      $0 -= cost
      return true
    }
  }

  /// A call has succeeded.
  /// - Parameter cost: What its last retry had cost, 0 if it made none.
  func giveBack(_ cost: Int) {
    tokens.withLock { $0 = min(Self.capacity, $0 + max(1, cost)) }
  }
}

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
