import Threads

/// Runs the same work on so many threads and waits for all of them.
func runSideBySide(_ count: Int, _ work: @escaping @Sendable () -> Void) throws {
  let threads = try (0..<max(1, count)).map { _ in try DedicatedThread(work) }
  for thread in threads { thread.join() }
}
