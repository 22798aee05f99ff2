import Foundation
import LambdaEvents
import LambdaRuntime
import LambdaTesting
import Logging
import Testing
import Threads

@Suite("The swift-log backend", .timeLimit(.minutes(1)))
struct LambdaLogHandlerTests {
  private static let logger: Logger = {
    var logger = Logger(label: "library") { LambdaLogHandler(label: $0) }
    logger[metadataKey: "a"] = "1"
    return logger
  }()

  /// Logs as a library does, which gets no context.
  @Sendable private static func work() { logger.error("half\nway", metadata: ["b": "\(2)"]) }

  static let functions: [(String, FunctionUnderTest)] = [
    (
      "blocking",
      .inProcess(blocking: { event, _ in
        work()
        return event
      })
    ),
    (
      "asynchronous",
      .inProcess { event, _ in
        await Task { work() }.value
        return event
      }
    ),
    (
      "streaming",
      .inProcess(streaming: { event, writer, _ in
        work()
        try await writer.write(event)
      })
    ),
  ]

  @Test(
    "a library's line carries the ids of the invocation, in every form of handler", arguments: functions, ["1", "3"])
  func ids(function: (name: String, function: FunctionUnderTest), concurrency: String) async throws {
    let environment = ["AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_MAX_CONCURRENCY": concurrency]
    try await function.function.environment(environment).test { function in
      _ = await function.invoke("x", headers: [("Lambda-Runtime-Trace-Id", "Root=1-2-3")])
      let line = try #require(function.logs.first)
      var object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
      #expect(object.removeValue(forKey: "timestamp") != nil)
      #expect(
        object == [
          "level": "ERROR", "message": "half\nway", "requestId": "00000000-0000-4000-8000-000000000001",
          "traceId": "Root=1-2-3", "a": "1", "b": "2", "logger": "library",
        ])
    }
  }

  @Test("outside of an invocation lines go to the log that was given, from the level that it has")
  func outside() {
    let lines = Monitor<[String]>([])
    let log = Log(level: .warn) { line in lines.change { $0.append(String(decoding: line, as: UTF8.self)) } }
    var logger = Logger(label: "library") { LambdaLogHandler(label: $0, log: log) }
    for level in Logger.Level.allCases { logger.log(level: level, "\(level)") }
    #expect(lines.change { $0.map { $0.prefix { $0 != "\t" } } } == ["WARN", "ERROR", "FATAL"])
    // Who sets another level means it.
    logger.logLevel = .trace
    lines.change { $0 = [] }
    for level in Logger.Level.allCases { logger.log(level: level, "\(level)") }
    let levels = lines.change { $0.map { $0.prefix { $0 != "\t" } } }
    #expect(levels == ["TRACE", "DEBUG", "INFO", "INFO", "WARN", "ERROR", "FATAL"])
  }

  @Test("fields come from the logger, its provider and the line, and the last of a name counts")
  func metadata() throws {
    let lines = Monitor<[String]>([])
    let log = Log { line in lines.change { $0.append(String(decoding: line, as: UTF8.self)) } }
    var logger = Logger(label: "library") {
      var handler = LambdaLogHandler(label: $0, log: log)
      handler.metadataProvider = Logger.MetadataProvider { ["b": "provider", "c": "provider"] }
      return handler
    }
    logger[metadataKey: "a"] = "logger"
    logger[metadataKey: "b"] = "logger"
    logger.info("m", metadata: ["c": "line"])
    #expect(logger[metadataKey: "a"] == "logger")
    #expect(lines.change { $0.first }?.hasSuffix("\tm a=logger b=provider c=line logger=library\n") == true)
  }
}
