/// Runs blocking work on a thread of its own, so that it never takes one from Swift concurrency's pool.
///
/// Cancelling the task ends the wait and not the work, which nothing can stop from outside: the thread is left to
/// itself, and what the work gives or throws is dropped.
/// - Throws: What the work throws; `CancellationError`; `ThreadError` when the system gives no more threads.
public func withDedicatedThread<Success: Sendable>(
  _ work: @escaping @Sendable () throws -> Success
) async throws -> Success {
  let wait = Wait<Success>()
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      wait.begin { continuation.resume(with: $0) }
      do {
        try DedicatedThread { wait.end(Result { try work() }) }.detach()
      } catch {
        wait.end(.failure(error))
      }
    }
  } onCancel: {
    wait.end(.failure(CancellationError()))
  }
}

/// Hands over the first of several results, whenever it comes.
private final class Wait<Success: Sendable>: Sendable {
  typealias Outcome = Result<Success, any Error>

  private struct State {
    var resume: (@Sendable (Outcome) -> Void)?
    var outcome: Outcome?
  }

  private let state = Monitor(State())

  func begin(_ resume: @escaping @Sendable (Outcome) -> Void) {
    let outcome = state.change { state -> Outcome? in
      if state.outcome == nil { state.resume = resume }
      return state.outcome
    }
    if let outcome { resume(outcome) }
  }

  func end(_ outcome: Outcome) {
    let resume = state.change { state -> (@Sendable (Outcome) -> Void)? in
      guard state.outcome == nil else { return nil }
      state.outcome = outcome
      defer { state.resume = nil }
      return state.resume
    }
    resume?(outcome)
  }
}
