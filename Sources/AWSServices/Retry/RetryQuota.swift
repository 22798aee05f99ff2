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
