import Threads

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The process's standard streams, unbuffered: what is written is out, whatever becomes of the process.
package enum StandardStream {
  /// Of two threads, the second waits until all of the first one's bytes are out, however few a pipe takes at a time.
  ///
  /// The value means nothing; `Void`, without a byte of its own, would look like a race to the thread sanitizer.
  private static let turn = Monitor(false)

  /// Writes everything, in one `write` wherever the kernel takes it whole.
  ///
  /// When nobody can read it any more the process gets SIGPIPE; where that is ignored, the rest is given up.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) {
    turn.change { _ in writeAll(bytes, to: descriptor) }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var written = 0
    while written < bytes.count {
      // The bound is what is left of the array: `written` never passes its count.
      let count = bytes.withUnsafeBytes {
        writeBytes(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
      }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        // The stream may be a pipe that another process has set not to block.
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&entry, 1, -1)
      } else if errno != EINTR {
        return
      }
    }
  }
}

// Inside `StandardStream` this name is its own method.
private let writeBytes = write
