internal import Synchronization

/// Whether somebody has looked at the images lately, so that new rows are worth looking for often.
final class Interest: Sendable {
  private let last = Mutex<ContinuousClock.Instant?>(nil)

  func note() { last.withLock { $0 = .now } }

  var isFresh: Bool { last.withLock { $0.map { .now - $0 < .seconds(20) } ?? false } }
}
