import LambdaEvents
import LambdaRuntime
import LambdaTesting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// An invocation in one line: whose it was, how it ended, and what it took.
struct SummaryLine {
  private let name: String
  private let finished: FinishedInvocation

  init(_ name: String, _ finished: FinishedInvocation) {
    self.name = name
    self.finished = finished
  }

  /// Whether a stream is a terminal that shows colours (https://no-color.org).
  static func hasColours(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// The line: green for what went well, red for an error, which it names.
  func text(colours: Bool) -> String {
    func painted(_ code: Int, _ text: String) -> String { colours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
    let failure = finished.outcome.report
    var parts = ["\(finished.duration.millisecondsText) ms"]
    if let start = finished.start { parts.append("start \(start.millisecondsText) ms") }
    parts.append("billed \(finished.billedMilliseconds) ms")
    if let memory = finished.memory {
      parts.append(finished.memoryLimit.map { "\(memory) of \($0) MB" } ?? "\(memory) MB")
    }
    let mark = failure == nil ? painted(32, "ok") : painted(31, "failed")
    let line = "\(painted(1, name)) \(mark) \(parts.joined(separator: ", "))"
    return failure.map { "\(line): \(painted(31, Self.summary(of: $0)))" } ?? line
  }

  /// The type and the message of an error; of other JSON all of it.
  private static func summary(of error: [UInt8]) -> String {
    let value = try? JSONHandler.decode(JSONValue.self, error)
    guard let type = value?["errorType"]?.string else { return String(decoding: error.prefix(200), as: UTF8.self) }
    let message = value?["errorMessage"]?.string ?? ""
    // One line, whatever a function says.
    return "\(type): \(message.split(whereSeparator: \.isNewline).joined(separator: " "))"
  }
}
