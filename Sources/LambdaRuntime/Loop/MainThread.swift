#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The process's first thread.
enum MainThread {
  /// Serves the main actor for good.
  ///
  /// On any other thread, and there is nothing to serve there, waits for good.
  static func serve() -> Never {
    if isCurrent { drainMainQueue() }
    while true { pause() }
  }

  /// Linux gives a process's first thread the process's own id: `/proc/thread-self` is a link to `<pid>/task/<tid>`.
  private static var isCurrent: Bool {
    var buffer = [CChar](repeating: 0, count: 64)
    let count = readlink("/proc/thread-self", &buffer, buffer.count)
    let path = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
    return String(decoding: path, as: UTF8.self) == "\(getpid())/task/\(getpid())"
  }
}

/// What an `async` main function ends in: serves the main actor's queue, on the process's first thread only.
///
/// Declared here because naming Dispatch's own function would link all of Dispatch into functions that never suspend.
@_silgen_name("swift_task_asyncMainDrainQueue")
private func drainMainQueue() -> Never
