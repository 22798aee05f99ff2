#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// State that threads share, with a lock around it and a way to wait until it changes.
///
/// `Mutex` has no condition to wait on, and what waits here must be a thread, not a task.
public final class Monitor<State>: @unchecked Sendable {
  private var state: State
  // Both must stay where they are while threads use them, so they live outside the object. One element each.
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Guards a first state.
  public init(_ state: sending State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    MonotonicClock.initialise(condition: changed)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` with the state to itself, then wakes those who wait for a change.
  public func change<Result>(_ body: (inout State) throws -> sending Result) rethrows -> sending Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return try body(&state)
  }

  /// Blocks the calling thread until `body` gives a result.
  ///
  /// It is asked again after each change.
  @available(*, noasync, message: "blocks the calling thread")
  public func wait<Result>(_ body: (inout State) throws -> sending Result?) rethrows -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = try body(&state) { return result }
      pthread_cond_wait(changed, mutex)
    }
  }

  /// Blocks the calling thread until `body` gives a result, but no longer than `limit`.
  ///
  /// It is asked at once, again after each change, and once more when the time is up.
  /// - Returns: nil when time was up first.
  @available(*, noasync, message: "blocks the calling thread")
  public func wait<Result>(
    for limit: Duration, _ body: (inout State) throws -> sending Result?
  ) rethrows -> sending Result? {
    let end = MonotonicClock.now(plus: limit)
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = try body(&state) { return result }
      var moment = end
      if pthread_cond_timedwait(changed, mutex, &moment) == ETIMEDOUT { return try body(&state) }
    }
  }
}

/// The clock that conditions wait by: nobody sets it, as somebody may the time of day.
///
/// Not `ContinuousClock`, which would link the concurrency runtime into functions that have no use for it.
private enum MonotonicClock {
  static func initialise(condition: UnsafeMutablePointer<pthread_cond_t>) {
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  static func now(plus duration: Duration) -> timespec {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    // A century is as good as for ever, and fits.
    let (seconds, attoseconds) = min(max(duration, .zero), .seconds(100 * 366 * 86_400)).components
    let nanoseconds = Int(time.tv_nsec) + Int(attoseconds / 1_000_000_000)
    time.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
    time.tv_nsec = nanoseconds % 1_000_000_000
    return time
  }
}
