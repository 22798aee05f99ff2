import CLinux

/// The arenas that glibc gives threads to allocate from, so that they do not wait for each other.
public enum AllocatorArenas {
  /// Lets all threads share at most so many, for a process of many short-lived threads: what each arena has kept for
  /// them adds up.
  ///
  /// To be called before the first thread is started; without effect where the C library is not glibc.
  /// - Parameter count: 1 or more; glibc's own limit is eight a core.
  public static func limit(_ count: Int) { _ = clinux_limit_arenas(Int32(clamping: count)) }
}
