/// The lag of each group over the last hour: samples in memory, no closer than half a minute apart.
struct LagHistory: Sendable {
  struct Sample: Sendable, Equatable {
    var at: ContinuousClock.Instant
    var lag: Int64
  }

  static let span: Duration = .seconds(3600)
  static let step: Duration = .seconds(30)
  /// More groups than that are not followed: those with the greatest lag go first.
  static let mostGroups = 1000

  private var samples: [String: [Sample]] = [:]

  /// Adds what a look has found, and forgets what is older than an hour.
  mutating func add(_ lags: [String: Int64], at now: ContinuousClock.Instant) {
    for (group, lag) in lags.sorted(by: { $0.value > $1.value }).prefix(Self.mostGroups) {
      var own = samples[group, default: []]
      // The newest sample is the latest look; it stays when it is half a minute after the one before it.
      if own.count >= 2, own[own.count - 1].at - own[own.count - 2].at < Self.step { own.removeLast() }
      own.append(Sample(at: now, lag: lag))
      samples[group] = own
    }
    for (group, own) in samples {
      let kept = own.filter { now - $0.at <= Self.span }
      samples[group] = kept.isEmpty ? nil : kept
    }
  }

  /// A group's samples, oldest first.
  func samples(of group: String) -> [Sample] { samples[group] ?? [] }
}
