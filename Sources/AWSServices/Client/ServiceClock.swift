import FoundationEssentials
import Synchronization

/// The time by AWS's clock, as far as its responses have told it.
final class ServiceClock: Sendable {
  /// What the clock said when a request was signed.
  struct Reading {
    var date: Date
    /// Seconds by which AWS's clock was taken to be ahead of this machine's.
    fileprivate var skew: Double
  }

  /// A difference between clocks under this many seconds is none: AWS allows 300.
  private static let toleratedSkew = 240.0

  private let machine: @Sendable () -> Date
  private let skew = Mutex(0.0)

  init(machine: @escaping @Sendable () -> Date = { Date() }) { self.machine = machine }

  var reading: Reading {
    let skew = skew.withLock { $0 }
    return Reading(date: machine().addingTimeInterval(skew), skew: skew)
  }

  /// Takes over the service's time from a refusal that may be about the clock, where it is far from the one that is
  /// known.
  /// - Returns: Whether the same request, signed with the time that is known now, may be accepted. Of many that
  ///   were under way with the wrong time each is told so, whichever of them has brought the right one.
  func hasCorrection(_ head: HTTPHead, code: String, signedAt signed: Reading) -> Bool {
    guard RetryRules.mayBeAboutTheClock(code: code) else { return false }
    let isCertain = RetryRules.isAboutTheClock(code: code)
    let measured = head.headers["Date"].flatMap(Timestamp.parseHTTP)?.timeIntervalSince(machine())
    let known = skew.withLock { skew in
      if let measured, isCertain || abs(measured - skew) > Self.toleratedSkew { skew = measured }
      return skew
    }
    if abs(known - signed.skew) > Self.toleratedSkew { return true }
    // A service may allow less than AWS does, or the request may have been on its way for too long.
    return isCertain && abs(reading.date.timeIntervalSince(signed.date)) >= 1
  }
}
