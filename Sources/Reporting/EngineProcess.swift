import Glibc
import Threads

/// A command that was started as a child, with pipes to its standard input, output and error.
final class EngineProcess {
  private let id: pid_t
  private let input: Int32
  private let output: Reading
  private let errors: Reading

  /// - Parameter limit: Bytes of output that are held; what comes beyond is read and dropped.
  init(_ path: String, _ arguments: [String], limit: Int) throws {
    var pipes: [[Int32]] = []
    defer { for pipe in pipes { for end in pipe where end >= 0 { _ = close(end) } } }
    for _ in 0..<3 {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { throw ReportError.engine("no pipe: errno \(errno)") }
      // The child gets its ends by name, and no other.
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      pipes.append(ends)
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipes[0][0], 0)
    posix_spawn_file_actions_adddup2(&actions, pipes[1][1], 1)
    posix_spawn_file_actions_adddup2(&actions, pipes[2][1], 2)
    // Each list ends with nil, as posix_spawn wants; the copies are freed after it has made its own. Nothing of the
    // environment is of use to the engine, and some of it is secret.
    let argumentList = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for text in argumentList { free(text) } }
    var id = pid_t()
    let code = posix_spawn(&id, path, &actions, nil, argumentList, [nil])
    guard code == 0 else { throw ReportError.engine("cannot start \(path): \(String(cString: strerror(code)))") }
    self.id = id
    input = pipes[0][1]
    output = try Reading(pipes[1][0], limit: limit)
    errors = try Reading(pipes[2][0], limit: 64 << 10)
    // The readers close theirs.
    (pipes[0][1], pipes[1][0], pipes[2][0]) = (-1, -1, -1)
  }

  /// Writes to the command's standard input, waiting until it has taken all.
  /// - Returns: Whether the command still takes anything: false once it has ended.
  func write(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      // Reads `bytes[written...]` only.
      var written = 0
      while written < bytes.count {
        let count = Glibc.write(input, bytes.baseAddress.map { $0 + written }, bytes.count - written)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        written += count
      }
      return true
    }
  }

  /// Ends the input, and waits for the end of the command.
  func finish() -> (status: Int32, output: [UInt8], isCut: Bool, errors: String) {
    _ = close(input)
    let (bytes, isCut) = output.all()
    let message = String(decoding: errors.all().bytes, as: UTF8.self)
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7F
    return (signal == 0 ? (status >> 8) & 0xFF : 128 + signal, bytes, isCut, message)
  }

  /// Reads a pipe to its end on a thread of its own, so that the command never waits for it.
  private final class Reading {
    private let state = Monitor<(bytes: [UInt8], isCut: Bool, hasEnded: Bool)>(([], false, false))

    init(_ descriptor: Int32, limit: Int) throws {
      try DedicatedThread { [state] in
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
          let count = read(descriptor, &buffer, buffer.count)
          if count < 0 && errno == EINTR { continue }
          guard count > 0 else { break }
          let room = limit - state.change { $0.bytes.count }
          state.change { state in
            state.bytes += buffer[..<min(count, room)]
            state.isCut = state.isCut || count > room
          }
        }
        _ = close(descriptor)
        state.change { $0.hasEnded = true }
      }.detach()
    }

    func all() -> (bytes: [UInt8], isCut: Bool) {
      state.wait { $0.hasEnded ? ($0.bytes, $0.isCut) : nil }
    }
  }
}
