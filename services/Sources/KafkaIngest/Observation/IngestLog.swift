internal import FoundationEssentials
internal import ServiceSupport

/// Lines of JSON on standard error: time, level, message and fields.
struct IngestLog: Sendable {
  private let write: @Sendable (String) -> Void

  init(write: @escaping @Sendable (String) -> Void = { LogLine.error($0) }) { self.write = write }

  func info(_ message: String, _ fields: [String: String] = [:]) { line("info", message, fields) }
  func warning(_ message: String, _ fields: [String: String] = [:]) { line("warning", message, fields) }
  func error(_ message: String, _ fields: [String: String] = [:]) { line("error", message, fields) }

  private func line(_ level: String, _ message: String, _ fields: [String: String]) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var all = fields
    all["time"] = LogLine.time
    all["level"] = level
    all["message"] = message
    if let bytes = try? encoder.encode(all) { write(String(decoding: bytes, as: UTF8.self)) }
  }
}
