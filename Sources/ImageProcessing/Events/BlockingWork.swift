import LambdaRuntime
import Threads

/// Runs blocking work on a thread of its own, so that it never takes one from Swift concurrency's pool.
func onThreadOfItsOwn<Success: Sendable>(_ work: @escaping @Sendable () throws -> Success) async throws -> Success {
  try await withCheckedThrowingContinuation { continuation in
    do {
      try DedicatedThread { continuation.resume(with: Result { try work() }) }.detach()
    } catch {
      continuation.resume(throwing: error)
    }
  }
}
