internal import Synchronization

/// Bytes that may be held at once: those of images from their first one on until the broker has acknowledged them, or
/// the pieces of downloads.
final class ByteBudget: Sendable {
  /// What the process may hold.
  let limit: Int
  private let used = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// Bytes that are taken now.
  var taken: Int { used.withLock { $0 } }

  /// Bytes that nobody has taken now.
  var free: Int { limit - taken }

  /// Takes all of these bytes or none.
  /// - Returns: False where they do not fit.
  fileprivate func take(_ count: Int) -> Bool {
    used.withLock { used in
      guard used + count <= limit else { return false }
      used += count
      return true
    }
  }

  fileprivate func give(back count: Int) { used.withLock { $0 -= count } }

  /// One image's share, which comes back with the last reference to it.
  final class Share: Sendable {
    private let budget: ByteBudget
    private let count = Mutex(0)

    init(of budget: ByteBudget) { self.budget = budget }

    deinit { budget.give(back: count.withLock { $0 }) }

    /// Makes the share so large at least.
    /// - Returns: False where there is no room; the share stays as it was.
    func grow(to size: Int) -> Bool {
      count.withLock { count in
        guard size > count else { return true }
        guard budget.take(size - count) else { return false }
        count = size
        return true
      }
    }
  }
}
