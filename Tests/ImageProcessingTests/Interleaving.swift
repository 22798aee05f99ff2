import Threads
import RuntimeFixtures

/// Runs several actors as if at once, but one store call at a time, in an order that a seed decides: the same seed
/// gives the same order again.
final class Interleaving: Sendable {
  private struct State {
    var random: SplitMix64
    var live: Set<Int> = []
    var waiting: Set<Int> = []
    var turn: Int?
    var started = 0
  }

  private let state: Monitor<State>

  init(seed: UInt64) { state = Monitor(State(random: SplitMix64(state: seed))) }

  /// A number below `bound`, from the seed.
  func random(below bound: Int) -> Int { state.change { Int.random(in: 0..<bound, using: &$0.random) } }

  /// Starts an actor, which waits for its first turn.
  ///
  /// To be called by an actor in its turn, or before ``run()``.
  func start(_ body: @escaping @Sendable (_ actor: Int) -> Void) throws {
    let actor = state.change { state -> Int in
      state.started += 1
      state.live.insert(state.started)
      return state.started
    }
    try DedicatedThread { [self] in
      takeTurn(actor)
      body(actor)
      state.change { _ = $0.live.remove(actor) }
    }.detach()
  }

  /// Waits until it is this actor's turn; its last one ends with this.
  func takeTurn(_ actor: Int) {
    state.change { _ = $0.waiting.insert(actor) }
    state.wait { state -> Void? in
      guard state.turn == actor else { return nil }
      state.turn = nil
      state.waiting.remove(actor)
      return ()
    }
  }

  /// Gives turns until every actor has ended.
  func run() {
    while true {
      let everyoneWaits = state.wait { state -> Bool? in
        if state.live.isEmpty { return false }
        return state.turn == nil && state.waiting == state.live ? true : nil
      }
      guard everyoneWaits else { return }
      // In order: a set's own differs from run to run.
      state.change { $0.turn = $0.waiting.sorted().randomElement(using: &$0.random) }
    }
  }
}
