#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// State that threads share, with a lock around it and a way to wait until it changes.
///
/// `Mutex` has no condition to wait on, and what waits here must be a thread, not a task.
package final class Monitor<State>: @unchecked Sendable {
  private var state: State
  // Both must stay where they are while threads use them, so they live outside the object. One element each.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  package init(_ state: sending State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` with the state to itself, then wakes those who wait for a change.
  package func change<Result>(_ body: (inout State) throws -> sending Result) rethrows -> sending Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return try body(&state)
  }

  /// Blocks the calling thread until `body` gives a result; it is asked again after each change.
  @available(*, noasync, message: "blocks the calling thread")
  package func wait<Result>(_ body: (inout State) throws -> sending Result?) rethrows -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = try body(&state) { return result }
      pthread_cond_wait(changed, mutex)
    }
  }
}
