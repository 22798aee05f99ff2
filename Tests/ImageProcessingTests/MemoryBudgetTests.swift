import Foundation
import ImageProcessing
import Testing
import Threads

@Suite struct MemoryBudgetTests {
  private struct State {
    var began: [String] = []
    var ended = 0
    var held = 0
    var most = 0
    var mayEnd: Set<String> = []
  }

  private let budget = MemoryBudget(bytes: 100)
  private let state = Monitor(State())

  /// Takes so much on a thread of its own, until it may end.
  private func take(_ name: String, _ bytes: Int) throws {
    try DedicatedThread { [budget, state] in
      budget.holding(bytes) {
        state.change {
          $0.began.append(name)
          $0.held += min(bytes, 100)
          $0.most = max($0.most, $0.held)
        }
        state.wait { $0.mayEnd.contains(name) ? () : nil }
        state.change { $0.held -= min(bytes, 100) }
      }
      state.change { $0.ended += 1 }
    }.detach()
    // So that those who wait do so in the order of the test.
    usleep(50_000)
  }

  private func end(_ name: String) { state.change { _ = $0.mayEnd.insert(name) } }
  private var began: [String] { state.change { $0.began } }

  @Test func thoseThatFitRunAtOnceAndTheRestWaits() throws {
    try take("a", 40)
    try take("b", 60)
    try take("c", 1)
    #expect(began == ["a", "b"])
    end("a")
    try waitUntil { began == ["a", "b", "c"] }
    end("b")
    end("c")
    try waitUntil { state.change { $0.ended } == 3 }
    #expect(state.change { $0.most } == 100)
  }

  @Test func aLargeOneIsNotOvertakenForEver() throws {
    try take("small", 50)
    try take("large", 90)
    try take("next", 10)
    // There is room for it, but it came later.
    #expect(began == ["small"])
    end("small")
    try waitUntil { began == ["small", "large", "next"] }
    end("large")
    end("next")
    try waitUntil { state.change { $0.ended } == 3 }
  }

  @Test func oneThatAsksForMoreThanThereIsGetsAllOfIt() throws {
    try take("a", 10)
    try take("huge", 1000)
    #expect(began == ["a"])
    end("a")
    try waitUntil { began == ["a", "huge"] }
    end("huge")
    try waitUntil { state.change { $0.ended } == 2 }
  }

  @Test func oneThatFailsGivesBackWhatItHeld() throws {
    struct Failed: Error {}
    for _ in 0..<3 {
      #expect(throws: Failed.self) { try budget.holding(100) { throw Failed() } }
    }
    #expect(budget.holding(100) { true })
  }
}
