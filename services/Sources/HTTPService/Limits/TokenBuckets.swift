internal import Synchronization

/// How much each of many parties may take within a while: a bucket a party, which fills again as time goes by.
///
/// The number of buckets is bounded: where there are too many, those that are full again go first, then those that were
/// used longest ago.
public final class TokenBuckets: Sendable {
  private struct Bucket {
    var tokens: Double
    var at: ContinuousClock.Instant
  }

  private let capacity: Double
  private let perSecond: Double
  private let mostBuckets: Int
  private let buckets = Mutex<[String: Bucket]>([:])

  /// - Parameters:
  ///   - capacity: What may be taken at once.
  ///   - duration: In which an empty bucket is full again.
  public init(capacity: Double, refilledIn duration: Duration, mostBuckets: Int = 10_000) {
    self.capacity = capacity
    perSecond = capacity / max(duration / .seconds(1), 0.001)
    self.mostBuckets = max(1, mostBuckets)
  }

  /// Takes tokens from a party's bucket.
  /// - Returns: Nil if there were enough; else the whole seconds until there are, and nothing is taken.
  public func take(_ tokens: Double = 1, of party: String, now: ContinuousClock.Instant = .now) -> Int? {
    buckets.withLock { buckets in
      var bucket = filled(buckets[party], now)
      // What is more than a whole bucket is let through when it is full: it leaves a debt.
      guard bucket.tokens >= min(tokens, capacity) else {
        return Int(((min(tokens, capacity) - bucket.tokens) / perSecond).rounded(.up))
      }
      bucket.tokens -= tokens
      if buckets[party] == nil, buckets.count >= mostBuckets { makeRoom(&buckets, now) }
      buckets[party] = bucket
      return nil
    }
  }

  /// Whether a party's bucket is empty, with nothing taken.
  public func isExhausted(_ party: String, now: ContinuousClock.Instant = .now) -> Bool {
    buckets.withLock { filled($0[party], now).tokens < 1 }
  }

  private func filled(_ bucket: Bucket?, _ now: ContinuousClock.Instant) -> Bucket {
    guard let bucket else { return Bucket(tokens: capacity, at: now) }
    return Bucket(tokens: min(capacity, bucket.tokens + (now - bucket.at) / .seconds(1) * perSecond), at: now)
  }

  private func makeRoom(_ buckets: inout [String: Bucket], _ now: ContinuousClock.Instant) {
    buckets = buckets.filter { filled($0.value, now).tokens < capacity }
    guard buckets.count >= mostBuckets else { return }
    for (party, _) in buckets.sorted(by: { $0.value.at < $1.value.at }).prefix(max(1, mostBuckets / 10)) {
      buckets[party] = nil
    }
  }
}
