import Foundation
import LambdaRuntime
import LambdaTesting
import Testing
import Threads

@Suite("Logs", .timeLimit(.minutes(1)))
struct LogTests {
  private final class Lines: Sendable {
    private let written = Monitor<[String]>([])
    var all: [String] { written.change { $0 } }
    func add(_ line: [UInt8]) { written.change { $0.append(String(decoding: line, as: UTF8.self)) } }
    func context(_ environment: [String: String]) -> LambdaContext {
      LambdaContext(
        requestID: "r-1", traceID: "Root=1-2-3",
        log: Log({ environment[$0] }) { line in
          self.written.change { $0.append(String(decoding: line, as: UTF8.self)) }
        })
    }
  }

  @Test("a JSON line has level, RFC 3339 time, ids and fields, and is one line whatever it says")
  func json() throws {
    let lines = Lines()
    let log = lines.context(["AWS_LAMBDA_LOG_FORMAT": "json"]).log
    log.warn("two\nlines", ["key": "a.jpg", "level": "fake"])
    let line = try #require(lines.all.first)
    #expect(line.filter { $0 == "\n" }.count == 1)
    #expect(line.hasSuffix("}\n"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    #expect(object["level"] == "WARN")
    #expect(object["message"] == "two\nlines")
    #expect(object["requestId"] == "r-1")
    #expect(object["traceId"] == "Root=1-2-3")
    #expect(object["key"] == "a.jpg")
    let time = try #require(object["timestamp"])
    let date = try Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(time)
    #expect(abs(date.timeIntervalSinceNow) < 10)
  }

  @Test("a JSON line names the tenant of its invocation, and no other does")
  func tenant() async throws {
    let function = FunctionUnderTest.inProcess { event, context in
      context.log.info("hello")
      return event
    }.environment(["AWS_LAMBDA_LOG_FORMAT": "JSON"])
    try await function.test { function in
      _ = await function.invoke("", headers: [("Lambda-Runtime-Aws-Tenant-Id", "blue \"1\"")])
      _ = await function.invoke("")
      let tenants = try function.logs.map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String])["tenantId"]
      }
      #expect(tenants == ["blue \"1\"", nil])
    }
  }

  @Test(
    "lines longer than a pipe takes at a time are neither lost nor torn, from several threads")
  func narrowPipe() throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let (readEnd, writeEnd) = (ends[0], ends[1])
    // One page, and no waiting: the writes are short, or fail with EAGAIN.
    let setPipeSize: Int32 = 1031
    try #require(fcntl(writeEnd, setPipeSize, 4096) == 4096)
    try #require(fcntl(writeEnd, F_SETFL, O_NONBLOCK) == 0)
    let line = { @Sendable (writer: Int, number: Int) in
      "\(writer)-\(number) " + String(repeating: "\(writer)", count: 9_000)
    }
    let writers = try (0..<4).map { writer in
      try DedicatedThread {
        for number in 0..<50 { StandardStream.write(Array((line(writer, number) + "\n").utf8), to: writeEnd) }
      }
    }
    try DedicatedThread {
      for writer in writers { writer.join() }
      _ = close(writeEnd)
    }.detach()
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 3_000)
    while true {
      let count = read(readEnd, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    _ = close(readEnd)
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    #expect(lines.count == 200)
    for writer in 0..<4 {
      #expect(lines.filter { $0.hasPrefix("\(writer)-") } == (0..<50).map { line(writer, $0) })
    }
  }

  @Test("each line is one write")
  func oneWrite() throws {
    var ends: [Int32] = [-1, -1]
    // Here a write is a datagram, and a read gives one.
    try #require(socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0, &ends) == 0)
    defer { for end in ends { _ = close(end) } }
    let log = Log(format: .json) { [writeEnd = ends[1]] in StandardStream.write($0, to: writeEnd) }
    for message in ["first", String(repeating: "second", count: 5_000)] {
      log.info(message, ["key": "a\nb"])
      var buffer = [UInt8](repeating: 0, count: 100_000)
      let count = recv(ends[0], &buffer, buffer.count, Int32(MSG_DONTWAIT))
      let line = try #require(
        try JSONSerialization.jsonObject(with: Data(buffer[..<max(0, count)])) as? [String: String])
      #expect(line["message"] == message)
    }
  }

  @Test("a write that signals interrupt goes on where it was")
  func interrupted() async {
    // In a process of its own, whose signals it may handle.
    await #expect(processExitsWith: .success) { try Self.writeWhileSignalsInterrupt() }
  }

  private static func writeWhileSignalsInterrupt() throws {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in }
    sigaction(SIGALRM, &action, nil)
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let (readEnd, writeEnd) = (ends[0], ends[1])
    let text = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
    let thread = Monitor<pthread_t?>(nil)
    let writer = try DedicatedThread {
      // The threads of tests block signals, and those that they start inherit that.
      var signals = sigset_t()
      sigemptyset(&signals)
      sigaddset(&signals, SIGALRM)
      pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      thread.change { $0 = pthread_self() }
      StandardStream.write(text, to: writeEnd)
      _ = close(writeEnd)
    }
    let writing = thread.wait { $0 }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 10_000)
    while true {
      // Each time long enough for the pipe to be full and the writer to wait: the first signal makes its write a
      // short one, the second meets a write that has written nothing yet.
      for _ in 0..<2 {
        usleep(1_000)
        pthread_kill(writing, SIGALRM)
      }
      let count = read(readEnd, &buffer, buffer.count)
      if count <= 0 { break }
      bytes += buffer[..<count]
    }
    writer.join()
    #expect(bytes == text)
  }

  @Test("a text line has its parts between tabs, and no newline inside")
  func text() throws {
    let lines = Lines()
    lines.context([:]).log.error("two\nlines", ["key": "a.jpg"])
    let parts = try #require(lines.all.first).split(separator: "\t")
    #expect(parts.count == 4)
    #expect(parts[0] == "ERROR")
    #expect(parts[2] == "r-1")
    #expect(parts[3] == "two\rlines key=a.jpg traceId=Root=1-2-3\n")
  }

  @Test(
    "only what is grave enough is written, and the rest is not even put together",
    arguments: [("TRACE", 6), ("debug", 5), ("Info", 4), ("WARN", 3), ("ERROR", 2), ("FATAL", 1), ("LOUD", 4), ("", 4)])
  func levels(level: String, count: Int) {
    let lines = Lines()
    let made = Monitor(0)
    func message() -> String {
      made.change { $0 += 1 }
      return "m"
    }
    let log = lines.context(["AWS_LAMBDA_LOG_LEVEL": level]).log
    for level in LogLevel.allCases { log.log(level, message()) }
    #expect(lines.all.count == count)
    #expect(made.change { $0 } == count)
  }

  @Test("a deadline knows what is left, at the ends of time too")
  func deadlines() {
    #expect(Deadline(in: .seconds(10)).remaining > .seconds(9))
    #expect(!Deadline(in: .seconds(10)).isPast)
    #expect(Deadline(in: .seconds(-1)).isPast)
    #expect(Deadline(unixMilliseconds: .min).isPast)
    #expect(!Deadline.never.isPast)
    #expect(!Deadline(in: .seconds(Int64.max)).isPast)
    #expect(Deadline(in: .seconds(Int64.min)).isPast)
    #expect(Deadline(in: .seconds(1)) < Deadline(in: .seconds(2)))
  }

  /// Texts of every kind that may make a line too long, several at once too.
  static let excessive: [(message: String, fields: [(String, String)])] = {
    let odd = ["a", "é", "写", "👩‍👩‍👧", "\u{1}", "\"", "\\", "\n", "e\u{301}"]
    let long = odd.flatMap { piece in
      [20_000, 65_400, 70_000, 300_000].map { String(repeating: piece, count: $0 / piece.utf8.count + 1) }
    }
    let inMessage = long.map { (message: $0, fields: [("key", "a.jpg")]) }
    let inFields = long.map { (message: "short", fields: [("key", "a.jpg"), ("value", $0), ("other", $0)]) }
    let many = [100, 2000, 20_000].map { count in
      (message: "many", fields: (0..<count).map { ("name-\($0)", String(repeating: "\u{1}", count: 40)) })
    }
    let names = [(message: "names", fields: (0..<50).map { ("\($0)" + String(repeating: "n", count: 30_000), "v") })]
    return inMessage + inFields + many + names
  }()

  @Test(
    "no line is over 64 KiB: what is too long is cut with a mark, at a character, and JSON stays JSON",
    arguments: ["JSON", "Text"])
  func bounded(format: String) throws {
    for (message, fields) in Self.excessive {
      let lines = Lines()
      let log = Log({ $0 == "AWS_LAMBDA_LOG_FORMAT" ? format : nil }) { bytes in
        #expect(String(validating: bytes, as: UTF8.self) != nil)
        #expect(bytes.count <= Log.maximumLineLength)
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 1)
        lines.add(bytes)
      }
      log.log(.error, message, fields)
      let line = try #require(lines.all.first)
      let isCut = line.contains("[cut, ") || line.contains("fields left out]")
      let bytes = fields.reduce(message.utf8.count) { $0 + $1.0.utf8.count + $1.1.utf8.count }
      // JSON takes more bytes for some characters.
      if bytes > Log.maximumLineLength { #expect(isCut, "\(line.prefix(100))") }
      if bytes < 60_000, format == "Text" { #expect(!isCut, "\(line.prefix(100))") }
      // A line that had to be cut is still of use: not a fraction of what it may be.
      if isCut { #expect(line.utf8.count > 8_000) }
      guard format == "JSON" else { continue }
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
      #expect(object["level"] == "ERROR")
      let said = try #require(object["message"])
      #expect(said.unicodeScalars.starts(with: message.unicodeScalars.prefix(4)))
      if message.count > 10 { #expect(object["key"] == "a.jpg") }
    }
  }

  @Test("ids that are too long are cut like the rest")
  func boundedIDs() throws {
    let lines = Lines()
    let id = String(repeating: "\u{1}", count: 100_000)
    let log = LambdaContext(requestID: id, traceID: id, log: Log(format: .json) { lines.add($0) }).log
    log.info("hello")
    let line = try #require(lines.all.first)
    #expect(line.utf8.count <= Log.maximumLineLength)
    #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: String])
  }
}
