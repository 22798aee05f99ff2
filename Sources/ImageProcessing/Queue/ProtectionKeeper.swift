import Logging
import Threads

/// Keeps a task protected from being ended while it is busy.
///
/// The protection runs out by itself, so it is renewed; what failed is tried again, since a protection that stays would
/// keep an idle task alive.
struct ProtectionKeeper: Sendable {
  let protection: any TaskProtection
  /// How often the protection is renewed.
  let renewal: Duration
  let log: Logger
  /// Waits until the task works where it did not, or the other way round, until it has ended, or until the moment has
  /// come, if any; then says whether it works, and whether it has ended.
  let change: @Sendable (_ wasBusy: Bool, _ moment: ContinuousClock.Instant?) -> (isBusy: Bool, hasEnded: Bool)

  /// After the first failure; each further one in a row doubles it, up to the time between two renewals.
  private static let firstPause: Duration = .seconds(1)

  /// Runs until the task has ended, and lifts the protection then.
  func run() {
    let clock = ContinuousClock()
    var wish = false
    // Nil after a failure: the call may have taken effect all the same.
    var standing: Bool? = false
    var next = clock.now
    var pause = min(Self.firstPause, renewal)
    while true {
      let (isBusy, hasEnded) = change(wish, wish || standing != false ? next : nil)
      let isDue = (isBusy || standing != false) && (clock.now >= next || hasEnded)
      if isBusy != wish || isDue {
        wish = isBusy
        do {
          try protection.set(isBusy)
          standing = isBusy
          next = clock.now + renewal
          pause = min(Self.firstPause, renewal)
        } catch {
          log.warning("task protection could not be \(isBusy ? "set" : "lifted"): \(error)")
          standing = nil
          next = clock.now + pause
          pause = min(pause * 2, renewal)
        }
      }
      if hasEnded { return }
    }
  }
}
