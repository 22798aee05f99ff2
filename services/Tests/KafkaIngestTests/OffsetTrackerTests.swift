import Testing

@testable import KafkaIngest

@Suite struct OffsetTrackerTests {
  /// The same sequence for the same seed.
  private struct Randomness: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  /// Keeps everything, and looks through it each time.
  private struct Model {
    var delivered: [Int64] = []
    var done: Set<Int64> = []
    var prefix: ArraySlice<Int64> { delivered.prefix { done.contains($0) } }
    var committable: Int64? { prefix.last.map { $0 + 1 } }
    var outstanding: Int { delivered.count - prefix.count }
    var oldest: Int64? { delivered.first { !done.contains($0) } }
  }

  @Test("whatever the order of completions, the commit is the one after the last delivered message before a gap")
  func property() {
    for seed in UInt64(0)..<500 {
      var random = Randomness(state: seed)
      var (tracker, model) = (OffsetTracker(), Model())
      var next = Int64.random(in: 0...1000, using: &random)
      let eagerness = Int.random(in: 1...9, using: &random)
      for _ in 0..<Int.random(in: 1...400, using: &random) {
        let before = tracker.committable
        if Int.random(in: 0..<10, using: &random) < eagerness {
          let isAfter = tracker.deliver(next)
          #expect(isAfter)
          model.delivered.append(next)
          next += Bool.random(using: &random) ? 1 : Int64.random(in: 1...50, using: &random)
        } else if let offset = model.delivered.randomElement(using: &random) {
          // Also one that is done already, and numbers that nobody delivered.
          let completed = offset + (Int.random(in: 0..<8, using: &random) == 0 ? 1 : 0)
          tracker.complete(completed)
          if model.delivered.contains(completed) { model.done.insert(completed) }
        }
        #expect(tracker.committable == model.committable, "seed \(seed)")
        #expect(tracker.outstanding == model.outstanding, "seed \(seed)")
        #expect(tracker.oldest == model.oldest, "seed \(seed)")
        #expect((before ?? -1) <= (tracker.committable ?? -1), "seed \(seed)")
      }
    }
  }

  @Test("what is dropped on the way changes nothing")
  func dropped() {
    var tracker = OffsetTracker()
    for offset in Int64(0)..<10_000 { _ = tracker.deliver(offset * 2) }
    for offset in (Int64(1)..<10_000).reversed() { tracker.complete(offset * 2) }
    #expect(tracker.committable == nil && tracker.outstanding == 10_000)
    tracker.complete(0)
    #expect(tracker.committable == 19_999 && tracker.outstanding == 0)
    _ = tracker.deliver(20_000)
    tracker.complete(20_000)
    #expect(tracker.committable == 20_001)
  }

  @Test("a partition that is read again from further back is told")
  func backwards() {
    var tracker = OffsetTracker()
    let isAfter = [5, 5, 4, 6].map { tracker.deliver($0) }
    #expect(isAfter == [true, false, false, true])
  }
}
