#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// `_X_AMZN_TRACE_ID`: where libraries look for the trace of the one invocation that runs.
///
/// `setenv` would keep each value for good, and each invocation has another. So the environment gets memory that is
/// this object's: of two buffers by turns, so that the value of the invocation before stays readable for what that has
/// left behind. Used from one thread.
final class TraceVariable {
  private static let name = "_X_AMZN_TRACE_ID"

  /// Never freed: what the environment refers to has to outlive the loop.
  private var buffers: [(memory: UnsafeMutablePointer<CChar>, capacity: Int)] = []
  private var turn = 0

  /// Sets the variable; nil takes it away.
  func set(_ trace: String?) {
    guard let trace else {
      unsetenv(Self.name)
      return
    }
    if let current = getenv(Self.name), strcmp(current, trace) == 0 { return }
    turn = 1 - turn
    let entry = "\(Self.name)=\(trace)"
    let memory = buffer(turn, of: entry.utf8.count + 1)
    entry.withCString { _ = strcpy(memory, $0) }
    putenv(memory)
  }

  /// A buffer that holds at least so many bytes.
  ///
  /// The one whose turn it is has left the environment before.
  private func buffer(_ index: Int, of count: Int) -> UnsafeMutablePointer<CChar> {
    while buffers.count <= index { buffers.append((.allocate(capacity: 512), 512)) }
    if buffers[index].capacity < count {
      buffers[index].memory.deallocate()
      // The bound of what is copied here: `count` is the entry's length and its terminator.
      buffers[index] = (.allocate(capacity: count), count)
    }
    return buffers[index].memory
  }
}
