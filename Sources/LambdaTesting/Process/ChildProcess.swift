import CLinux
import LambdaRuntime
import Threads

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A program that was started, with its standard output and error in a pipe.
package final class ChildProcess: Sendable {
  let id: pid_t
  /// The end of the pipe that is read, and whether it still is: whoever reads has it to himself.
  private let output: Monitor<(descriptor: Int32, isOpen: Bool)>

  /// - Parameter environment: all that the program gets, but for `PATH`.
  package init(_ path: String, _ arguments: [String], environment: [String: String]) throws(ChildProcessError) {
    var ends: [Int32] = [-1, -1]
    // Other programs, started by another thread at this moment, must not hold this one's output open.
    guard clinux_pipe(&ends) == 0 else { throw ChildProcessError(path: path, errno: errno) }
    defer { _ = close(ends[1]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
    // A program starts with the signals as Lambda leaves them, whatever this process does about a broken pipe.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var variables = environment
    variables["PATH"] = environmentVariable("PATH")
    // Each list ends with nil, as posix_spawn wants; the copies are freed after it has made its own.
    var argumentList = ([path] + arguments).map { strdup($0) } + [nil]
    var variableList = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argumentList + variableList { free(text) } }
    var id = pid_t()
    let code = posix_spawn(&id, path, &actions, &attributes, &argumentList, &variableList)
    guard code == 0 else {
      _ = close(ends[0])
      throw ChildProcessError(path: path, errno: code)
    }
    self.id = id
    // Only this end: the program's own still waits when the pipe is full.
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    output = Monitor((ends[0], true))
  }

  /// Reads until the program has closed its output, which it does at its end.
  package func readOutput(_ take: ([UInt8]) -> Void) {
    var entry = pollfd(fd: output.change { $0.descriptor }, events: Int16(POLLIN), revents: 0)
    while readWhatIsThere(take) {
      while poll(&entry, 1, -1) < 0 && errno == EINTR {}
    }
  }

  /// Reads what the program has written so far, without waiting for more.
  /// - Returns: whether there may be more later.
  @discardableResult
  func readWhatIsThere(_ take: ([UInt8]) -> Void) -> Bool {
    output.change { output in
      var buffer = [UInt8](repeating: 0, count: 16 * 1024)
      while output.isOpen {
        let count = read(output.descriptor, &buffer, buffer.count)
        if count > 0 {
          take(Array(buffer[..<count]))
        } else if count < 0, errno == EAGAIN {
          return true
        } else if count == 0 || errno != EINTR {
          _ = close(output.descriptor)
          output.isOpen = false
        }
      }
      return false
    }
  }

  /// Waits for the end.
  package func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}

/// The program could not be started.
package struct ChildProcessError: Error, CustomStringConvertible {
  let path: String
  let errno: Int32
  package var description: String { "cannot start \(path): errno \(errno)" }
}
