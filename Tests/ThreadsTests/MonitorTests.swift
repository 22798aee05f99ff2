import Testing
import Threads

@Suite("Waiting for shared state", .timeLimit(.minutes(1)))
struct MonitorTests {
  @Test("a wait ends with the change that it waits for")
  func change() throws {
    let state = Monitor(0)
    try DedicatedThread { for number in 1...3 { state.change { $0 = number } } }.detach()
    #expect(state.wait(for: .seconds(30)) { $0 == 3 ? "three" : nil } == "three")
  }

  @Test("a wait for what never comes ends when its time is up, not before", arguments: [5, 1200])
  func timeout(milliseconds: Int) {
    let state = Monitor(0)
    let limit = Duration.milliseconds(milliseconds)
    let began = ContinuousClock.now
    #expect(state.wait(for: limit) { $0 == 1 ? true : nil } == nil)
    #expect(ContinuousClock.now - began >= limit)
  }

  @Test(
    "what is so already is found where no time is left", arguments: [Duration.zero, .seconds(-5), .seconds(Int64.min)])
  func noTime(limit: Duration) {
    let state = Monitor(1)
    #expect(state.wait(for: limit) { $0 } == 1)
    #expect(state.wait(for: limit) { $0 == 2 ? true : nil } == nil)
  }

  @Test("a limit beyond all time waits for the change")
  func forEver() throws {
    let state = Monitor(0)
    try DedicatedThread { state.change { $0 = 1 } }.detach()
    #expect(state.wait(for: .seconds(Int64.max)) { $0 == 1 ? $0 : nil } == 1)
  }

  @Test("changes that do not matter do not end a wait, nor make it longer")
  func otherChanges() throws {
    let state = Monitor((ticks: 0, isDone: false))
    try DedicatedThread {
      while !state.change({ state in
        state.ticks += 1
        return state.isDone
      }) {}
    }.detach()
    let began = ContinuousClock.now
    #expect(state.wait(for: .milliseconds(50)) { $0.ticks < 0 ? true : nil } == nil)
    let took = ContinuousClock.now - began
    state.change { $0.isDone = true }
    #expect(took >= .milliseconds(50))
    #expect(took < .seconds(10))
  }

  @Test("a call on its own thread gives its result, and is not waited for beyond the deadline")
  func future() throws {
    let gate = Monitor(false)
    let future = try ThreadFuture { gate.wait { $0 ? 7 : nil } }
    future.wait(for: .milliseconds(5))
    #expect(!future.hasEnded)
    gate.change { $0 = true }
    #expect(try future.get() == 7)
    #expect(future.hasEnded)
  }
}
