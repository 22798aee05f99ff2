import Threads

/// The memory that jobs running side by side share.
///
/// A job takes its estimate before it decodes and waits until there is enough; those who wait are served in the order
/// they came, so that a large job is not overtaken for ever.
///
/// Blocks its caller: for threads of one's own only.
package final class MemoryBudget: Sendable {
  private struct State {
    var free: Int
    var lastTicket = 0
    var served = 0
  }

  private let whole: Int
  private let state: Monitor<State>

  /// - Parameter bytes: What there is in all.
  package init(bytes: Int) {
    whole = bytes
    state = Monitor(State(free: bytes))
  }

  /// Runs `body` while holding `bytes` of the budget; one that asks for more than there is gets all of it.
  @available(*, noasync, message: "blocks the calling thread")
  package func holding<Result>(_ bytes: Int, _ body: () throws -> Result) rethrows -> Result {
    let share = min(bytes, whole)
    let ticket = state.change { state -> Int in
      state.lastTicket += 1
      return state.lastTicket
    }
    state.wait { state in state.served == ticket - 1 && state.free >= share ? () : nil }
    state.change { state in
      state.served = ticket
      state.free -= share
    }
    defer { state.change { $0.free += share } }
    return try body()
  }
}
