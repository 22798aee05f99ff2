import Dispatch

/// Runs blocking work on a thread of its own, so that it never takes one from Swift concurrency's pool.
func onThreadOfItsOwn<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    // A serial queue of its own is served by a thread beside the pool.
    DispatchQueue(label: "image-job").async { continuation.resume(with: Swift.Result { try work() }) }
  }
}
