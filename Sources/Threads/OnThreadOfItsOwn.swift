/// Runs blocking work on a thread of its own, so that it never takes one from Swift concurrency's pool.
///
/// Cancelling the task ends the wait and not the work, which nothing can stop from outside: the thread is left to itself,
/// and what the work gives or throws is dropped.
/// - Throws: What the work throws; `CancellationError`; `ThreadError` when the system gives no more threads.
package func onThreadOfItsOwn<Success: Sendable>(
  _ work: @escaping @Sendable () throws -> Success
) async throws -> Success {
  let wait = Wait<Success>()
  return try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      wait.begin(continuation)
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
  private struct State {
    var continuation: CheckedContinuation<Success, any Error>?
    var result: Result<Success, any Error>?
  }

  private let state = Monitor(State())

  func begin(_ continuation: CheckedContinuation<Success, any Error>) {
    let result = state.change { state -> Result<Success, any Error>? in
      if state.result == nil { state.continuation = continuation }
      return state.result
    }
    if let result { continuation.resume(with: result) }
  }

  func end(_ result: Result<Success, any Error>) {
    let continuation = state.change { state -> CheckedContinuation<Success, any Error>? in
      guard state.result == nil else { return nil }
      state.result = result
      defer { state.continuation = nil }
      return state.continuation
    }
    continuation?.resume(with: result)
  }
}
