internal import Synchronization

/// Whether somebody waits for news of images: whoever has a stream open, or has just asked.
final class Audience: Sendable {
  private let streams: StreamSlots
  private let lastAsked = Mutex<ContinuousClock.Instant?>(nil)

  init(streams: StreamSlots) { self.streams = streams }

  func hasAsked() { lastAsked.withLock { $0 = .now } }

  var isWaiting: Bool {
    streams.areAnyOpen || lastAsked.withLock { $0.map { .now - $0 < .seconds(20) } ?? false }
  }
}
