/// Lets so many through at once; the rest wait in the order in which they came.
actor Turnstile {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// - Parameter atOnce: 1 or more.
  init(atOnce: Int) { free = max(1, atOnce) }

  /// Runs `body` when its turn has come; not at all in a task that has been cancelled by then.
  nonisolated func passing<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
    await enter()
    do {
      try Task.checkCancellation()
      let result = try await body()
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    // Whoever is next takes over the place that becomes free.
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
