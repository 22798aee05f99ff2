/// A line of a group's lag over the last hour, as an SVG drawing has it.
struct Sparkline: Sendable, Equatable {
  static let width = 120.0
  static let height = 24.0

  /// The points of the drawing's line: `x,y`, divided by spaces.
  let points: String
  /// The same for those who cannot see it.
  let words: String

  /// Nil for fewer than two samples.
  init?(_ samples: [LagHistory.Sample]) {
    guard let first = samples.first, let last = samples.last, samples.count > 1 else { return nil }
    let (low, high) = (samples.map(\.lag).min() ?? 0, samples.map(\.lag).max() ?? 0)
    let end = last.at
    points = samples.map { sample in
      // The right edge is now, the left one an hour ago; the bottom stands for a lag of 0.
      let x = Self.width * (1 - (end - sample.at) / LagHistory.span)
      let y = 1 + (Self.height - 2) * (1 - (high == 0 ? 0 : Double(sample.lag) / Double(high)))
      return "\(Self.tenths(x)),\(Self.tenths(y))"
    }.joined(separator: " ")
    let minutes = max(1, Int(((end - first.at) / .seconds(60)).rounded()))
    words =
      "Lag over the last \(minutes == 1 ? "minute" : "\(minutes) minutes"): from \(low) to \(high), now \(last.lag)"
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths % 10))"
  }
}
