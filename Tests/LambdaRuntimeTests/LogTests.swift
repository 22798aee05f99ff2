import Foundation
import LambdaRuntime
import Testing

@Suite("Logs")
struct LogTests {
  private final class Lines: Sendable {
    private let written = Monitor<[String]>([])
    var all: [String] { written.change { $0 } }
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

  @Test(
    "times are those of the calendar",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_709_251_199_001, "2024-02-29T23:59:59.001Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func times(milliseconds: Int64, text: String) {
    #expect(WallClock.rfc3339(unixMilliseconds: milliseconds) == text)
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
}
