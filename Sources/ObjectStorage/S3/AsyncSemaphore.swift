/// Limits concurrent operations, first in, first out.
actor AsyncSemaphore {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// - Parameter permits: how many operations run at once, from 1; less counts as 1.
  init(permits: Int) { free = max(1, permits) }

  /// Waits for a permit and runs `body` with it; a task that is cancelled by then does not run it.
  nonisolated func withPermit<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
    await acquire()
    do {
      try Task.checkCancellation()
      let result = try await body()
      await release()
      return result
    } catch {
      await release()
      throw error
    }
  }

  private func acquire() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func release() {
    // Whoever is next takes over the place that becomes free.
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
