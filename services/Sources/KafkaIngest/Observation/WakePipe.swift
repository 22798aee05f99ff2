internal import Glibc
internal import Synchronization

/// A pipe by which other threads wake one that waits; also the wish that it end.
final class WakePipe: Sendable {
  let writer: Int32
  private let reader: Int32
  private let isEnding = Atomic(false)

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw IngestError.system("pipe", errno: errno) }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (reader, writer) = (ends[0], ends[1])
  }

  deinit {
    close(reader)
    close(writer)
  }

  /// Wakes the thread that waits, or the next that will.
  func wake() {
    var byte: UInt8 = 1
    // A full pipe wakes as well.
    _ = write(writer, &byte, 1)
  }

  /// Asks the thread to end, and wakes it.
  func requestEnd() {
    isEnding.store(true, ordering: .releasing)
    wake()
  }

  /// Whether somebody has asked for the end.
  var isEndRequested: Bool { isEnding.load(ordering: .acquiring) }

  /// Blocks until somebody wakes, but no longer than `limit`.
  @available(*, noasync, message: "blocks the calling thread")
  func wait(for limit: Duration) {
    var descriptor = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
    _ = poll(&descriptor, 1, Int32(clamping: Int(limit / .milliseconds(1))))
    var bytes = [UInt8](repeating: 0, count: 256)
    // The bound is the array's own count.
    while read(reader, &bytes, bytes.count) == bytes.count {}
  }
}
