import Glibc

/// One function that is measured, and what was measured so far.
struct Function {
  let name: String
  let command: [String]
  var starts: [Double] = []
  var roundTrips: [Double] = []
  var rates: [Double] = []
  var peaks: [Double] = []

  /// Starts the function, serves it, and ends it.
  mutating func measure(invocations: Int) throws {
    var server = try BenchServer()
    let environment = [
      "AWS_LAMBDA_RUNTIME_API=127.0.0.1:\(server.port)", "AWS_LAMBDA_FUNCTION_NAME=hello",
      "_HANDLER=hello_python.handler",
      "LAMBDA_TASK_ROOT=.", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", "AWS_LAMBDA_FUNCTION_VERSION=1",
      "PATH=/usr/bin:/bin",
      "AWS_LAMBDA_LOG_LEVEL=ERROR",
    ]
    var arguments = command.map { strdup($0) } + [nil]
    var variables = environment.map { strdup($0) } + [nil]
    defer { for text in arguments + variables { free(text) } }
    var process = pid_t()
    let start = nanoseconds()
    guard posix_spawn(&process, command[0], nil, nil, &arguments, &variables) == 0 else {
      throw BenchError.failed("start \(command[0])")
    }
    try server.acceptFirstNext()
    starts.append(Double(nanoseconds() - start) / 1e6)
    for _ in 0..<min(500, invocations) { _ = try server.invoke() }
    if invocations > 0 {
      let begin = nanoseconds()
      for _ in 0..<invocations { roundTrips.append(Double(try server.invoke()) / 1e6) }
      rates.append(Double(invocations) * 1e9 / Double(nanoseconds() - begin))
      peaks.append(Double(peakKilobytes(process)) / 1024)
    }
    server.finish()
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  /// The most that the process ever had in memory (VmHWM), in kB.
  private func peakKilobytes(_ process: pid_t) -> Int {
    guard let file = fopen("/proc/\(process)/status", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if text.hasPrefix("VmHWM:") { return Int(text.filter(\.isNumber)) ?? 0 }
    }
    return 0
  }
}
