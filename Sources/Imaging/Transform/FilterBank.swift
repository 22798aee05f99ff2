/// The taps of every output sample along one axis, in fixed point.
///
/// Taps are `Int16` with 14 fractional bits and sum to exactly 1 for each output, so that a flat area stays as it is.
/// Rounding is carried from tap to tap (error feedback), which keeps the sum right even where single taps are smaller
/// than one step. At the borders the kernel is cut off and what is left of it normalised.
struct FilterBank {
  static let bits = 14
  static let one = 1 << bits

  /// Taps per output; even, and padded with zeros.
  let tapCount: Int
  /// The first source sample of each output.
  private(set) var starts: [Int32] = []
  /// How many of the taps of each output are in use: 1…`tapCount`.
  private(set) var counts: [Int32] = []
  /// `tapCount` taps for each output in turn.
  private(set) var taps: [Int16] = []

  /// Whether every output is exactly one source sample.
  let copies: Bool

  init(_ axis: Axis, kernel: Rendition.Kernel) {
    let scale = kernel == .nearest ? 1 : max(1, axis.step)
    let reach = kernel.support * scale
    var rows: [(start: Int, taps: [Int16])] = []
    rows.reserveCapacity(axis.length)
    var weights: [Double] = []
    var longest = 1
    for index in 0..<axis.length {
      let row = Self.taps(at: axis.centre(index), axis, kernel, reach: reach, scale: scale, &weights)
      longest = max(longest, row.taps.count)
      rows.append(row)
    }
    copies = longest == 1
    tapCount = (longest + 1) & ~1
    taps.reserveCapacity(rows.count * tapCount)
    for row in rows {
      starts.append(Int32(row.start))
      counts.append(Int32(row.taps.count))
      taps += row.taps
      for _ in row.taps.count..<tapCount { taps.append(0) }
    }
  }

  private static func taps(
    at centre: Double, _ axis: Axis, _ kernel: Rendition.Kernel, reach: Double, scale: Double,
    _ weights: inout [Double]
  ) -> (start: Int, taps: [Int16]) {
    let last = axis.sourceLength - 1
    if kernel == .nearest {
      return (min(max(Int(centre.rounded(.down)), 0), last), [Int16(one)])
    }
    // Samples whose centre is within reach.
    let first = min(max(Int((centre - reach - 0.5).rounded(.up)), 0), last)
    let end = max(min(Int((centre + reach - 0.5).rounded(.down)), last), first)
    weights.removeAll(keepingCapacity: true)
    var sum = 0.0
    for sample in first...end {
      let weight = kernel.weight((Double(sample) + 0.5 - centre) / scale)
      weights.append(weight)
      sum += weight
    }
    if sum == 0 {
      let nearest = min(max(Int(centre.rounded(.down)), 0), last)
      return (nearest, [Int16(one)])
    }
    var taps: [Int16] = []
    taps.reserveCapacity(weights.count)
    var exact = 0.0
    var given = 0
    for weight in weights {
      exact += weight / sum * Double(one)
      let tap = Int(exact.rounded()) - given
      taps.append(Int16(clamping: tap))
      given += tap
    }
    return trimmed(first, taps)
  }

  /// Without zeros at either end.
  private static func trimmed(_ start: Int, _ taps: [Int16]) -> (start: Int, taps: [Int16]) {
    guard let first = taps.firstIndex(where: { $0 != 0 }), let last = taps.lastIndex(where: { $0 != 0 }) else {
      return (start, [Int16(one)])
    }
    return (start + first, Array(taps[first...last]))
  }

  /// One past the last source sample that output `index` reads.
  func end(_ index: Int) -> Int { Int(starts[index] + counts[index]) }

  /// The source samples that any output reads.
  var range: Range<Int> {
    guard !starts.isEmpty else { return 0..<0 }
    let first = starts.min() ?? 0
    let end = zip(starts, counts).map(+).max() ?? 0
    return Int(first)..<Int(end)
  }
}
