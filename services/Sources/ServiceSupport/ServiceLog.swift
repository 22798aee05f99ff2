internal import FoundationEssentials

/// Lines of JSON on standard error: time, level, message and fields.
public struct ServiceLog: Sendable {
  private let write: @Sendable (String) -> Void

  /// - Parameter write: Takes each line.
  public init(write: @escaping @Sendable (String) -> Void = { LogLine.error($0) }) { self.write = write }

  /// Something that happened as it should.
  public func info(_ message: String, _ fields: [String: String] = [:]) { line("info", message, fields) }
  /// Something that went wrong and is made good.
  public func warning(_ message: String, _ fields: [String: String] = [:]) { line("warning", message, fields) }
  /// Something that went wrong.
  public func error(_ message: String, _ fields: [String: String] = [:]) { line("error", message, fields) }

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
