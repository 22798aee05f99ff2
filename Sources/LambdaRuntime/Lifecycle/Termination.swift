import CLinux
import Threads

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The end of the process by SIGTERM.
enum Termination {
  /// What Lambda leaves between SIGTERM and SIGKILL.
  static let budget = Duration.milliseconds(500)

  /// Runs `body` on a thread of its own when SIGTERM comes, then ends the process with status 0.
  /// - Parameter overrun: called when `body` has not returned within the budget, before the process ends with status 1.
  ///   Lambda would kill it then; nobody else might.
  static func onSignal(
    _ body: @escaping @Sendable (Deadline) -> Void, overrun: @escaping @Sendable () -> Void
  ) throws {
    var ends: [Int32] = [-1, -1]
    guard clinux_pipe(&ends) == 0 else { throw ThreadError(errno: errno) }
    let readEnd = ends[0]
    signalPipe = ends[1]
    try DedicatedThread {
      var byte: UInt8 = 0
      while read(readEnd, &byte, 1) < 0 && errno == EINTR {}
      // Without this thread the hooks run all the same.
      _ = try? DedicatedThread {
        usleep(UInt32(budget / .microseconds(1)))
        overrun()
        _exit(1)
      }.detach()
      body(Deadline(in: budget))
      RuntimeLoop.endProcess(0)
    }.detach()
    var action = sigaction()
    action.sa_flags = SA_RESTART
    // Little is allowed in a signal handler; `write` is, if it leaves errno as it was.
    action.__sigaction_handler.sa_handler = { _ in
      let saved = errno
      var byte: UInt8 = 0
      _ = write(signalPipe, &byte, 1)
      errno = saved
    }
    sigaction(SIGTERM, &action, nil)
  }
}

// Set once, before the signal handler that reads it is installed.
nonisolated(unsafe) private var signalPipe: Int32 = -1
