/// The taps of every output sample along one axis, in fixed point.
///
/// Taps are `Int16` with 14 fractional bits and sum to exactly 1 for each output, so that a flat area stays as it is.
/// Rounding is carried from tap to tap (error feedback), which keeps the sum right even where single taps are smaller
/// than one step. At the borders the kernel is cut off and what is left of it normalised.
package struct FilterBank {
  static let bits = 14
  static let one = 1 << bits

  /// Taps stored per output, padded with zeros to a multiple that the kernel asks for.
  package let tapCount: Int
  package let outputCount: Int
  /// The source samples that any output reads.
  package let range: Range<Int>
  /// Whether every output is exactly one source sample.
  let copies: Bool
  /// The first source sample of each output.
  private var starts: [Int32] = []
  /// How many of the taps of each output are in use: 1…`tapCount`.
  private var counts: [Int32] = []
  /// `tapCount` taps for each output in turn, and three outputs of zeros for kernels that work in fours.
  private var taps: [Int16] = []

  /// - Parameters:
  ///   - multiple: what the number of taps is padded to
  ///   - averaged: samples of the full size that make one sample of the source. Averaging dims what is fine: of n
  ///   samples   sin(πf) ÷ n·sin(πf/n) is left at f cycles per sample, 1 − (1 − 1/n²)·(πf)²/6 to the first order. Taps
  ///   that give   as much back, by the sharpening filter [−a, 1 + 2a, −a] with a = (1 − 1/n²)/24, cost nothing.
  ///   - isRelative: whether `starts` count from the first sample that is read, not from the first sample
  package init(_ axis: Axis, kernel: Rendition.Kernel, averaged: Int = 1, multiple: Int, isRelative: Bool) {
    let scale = kernel == .nearest ? 1 : max(1, axis.step)
    let reach = kernel.support * scale
    // Means of means are what a box asks for, and one sample as it is what the nearest is.
    let isSmooth = kernel == .lanczos3 || kernel == .mitchell
    let gain = isSmooth ? (1 - 1 / Double(averaged * averaged)) / 24 : 0
    var all: [Int16] = []
    all.reserveCapacity(axis.length * (Int(2 * reach) + 2))
    var weights: [Double] = []
    var longest = 1
    var first = Int.max
    var end = 0
    starts.reserveCapacity(axis.length + 3)
    counts.reserveCapacity(axis.length)
    for index in 0..<axis.length {
      let (start, count) = Self.append(
        to: &all, at: axis.centre(index), axis, kernel, reach: reach, scale: scale, gain: gain, &weights)
      longest = max(longest, count)
      first = min(first, start)
      end = max(end, start + count)
      starts.append(Int32(start))
      counts.append(Int32(count))
    }
    copies = longest == 1
    outputCount = axis.length
    range = first..<end
    tapCount = (longest + multiple - 1) / multiple * multiple
    taps = [Int16](repeating: 0, count: (axis.length + 3) * tapCount)
    var from = 0
    for (index, count) in counts.enumerated() {
      for tap in 0..<Int(count) { taps[index * tapCount + tap] = all[from + tap] }
      from += Int(count)
    }
    if isRelative { for index in starts.indices { starts[index] -= Int32(first) } }
    starts += [0, 0, 0]
  }

  /// Appends the taps of one output, without zeros at either end.
  private static func append(
    to all: inout [Int16], at centre: Double, _ axis: Axis, _ kernel: Rendition.Kernel, reach: Double, scale: Double,
    gain: Double, _ weights: inout [Double]
  ) -> (start: Int, count: Int) {
    let last = axis.sourceLength - 1
    let nearest = min(max(Int(centre.rounded(.down)), 0), last)
    // Samples whose centre is within reach.
    var first = min(max(Int((centre - reach - 0.5).rounded(.up)), 0), last)
    let end = max(min(Int((centre + reach - 0.5).rounded(.down)), last), first)
    weights.removeAll(keepingCapacity: true)
    if kernel != .nearest {
      kernel.append(
        weights: end - first + 1, from: (Double(first) + 0.5 - centre) / scale, step: 1 / scale, to: &weights)
    }
    if gain > 0 { first -= sharpen(&weights, by: gain, hasBefore: first > 0, hasAfter: end < last) }
    let sum = weights.reduce(0, +)
    guard sum > 0 else {
      all.append(Int16(one))
      return (nearest, 1)
    }
    let before = all.count
    var exact = 0.0
    var given = 0
    var start = first
    let perUnit = Double(one) / sum
    for (index, weight) in weights.enumerated() {
      exact += weight * perUnit
      let tap = Int(exact.rounded()) - given
      given += tap
      if tap == 0 && all.count == before {
        start = first + index + 1
      } else {
        all.append(Int16(clamping: tap))
      }
    }
    while all.count > before + 1, all.last == 0 { all.removeLast() }
    return (start, all.count - before)
  }

  /// Filters weights by [−`gain`, 1 + 2·`gain`, −`gain`].
  ///
  /// What would fall beyond the source falls on its last sample.
  /// - Returns: how many weights have come in front.
  private static func sharpen(_ weights: inout [Double], by gain: Double, hasBefore: Bool, hasAfter: Bool) -> Int {
    if hasBefore { weights.insert(0, at: 0) }
    if hasAfter { weights.append(0) }
    var before = hasBefore ? 0 : weights[0]
    for index in weights.indices {
      let here = weights[index]
      let after = index + 1 < weights.count ? weights[index + 1] : hasAfter ? 0 : here
      weights[index] = here + gain * (2 * here - before - after)
      before = here
    }
    return hasBefore ? 1 : 0
  }

  /// The first source sample of output `index`.
  func start(_ index: Int) -> Int { Int(starts[index]) }

  /// How many taps of output `index` are in use.
  func count(_ index: Int) -> Int { Int(counts[index]) }

  /// One past the last source sample that output `index` reads.
  func end(_ index: Int) -> Int { Int(starts[index] + counts[index]) }

  /// The first source sample and the `tapCount` taps of each output; both go on for three outputs more, with zeros.
  @inline(__always)
  func withTaps(_ body: (UnsafePointer<Int32>, UnsafePointer<Int16>) -> Void) {
    starts.withUnsafeBufferPointer { starts in
      taps.withUnsafeBufferPointer { taps in
        guard let first = starts.baseAddress, let tap = taps.baseAddress else { return }
        body(first, tap)
      }
    }
  }
}
