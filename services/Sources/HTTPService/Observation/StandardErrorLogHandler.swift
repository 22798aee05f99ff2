internal import FoundationEssentials
public import Logging

/// The swift-log backend of services: what libraries log comes out as lines of JSON on standard error.
public struct StandardErrorLogHandler: LogHandler {
  /// Fields that every line has.
  public var metadata: Logger.Metadata = [:]
  /// The lowest level that is written.
  public var logLevel: Logger.Level

  /// - Parameter level: The lowest level that is written.
  public init(level: Logger.Level = .warning) { logLevel = level }

  /// One field of `metadata`.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line.
  public func log(event: LogEvent) {
    var fields = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
    fields["time"] = LogLine.time
    fields["level"] = "\(event.level)"
    fields["message"] = "\(event.message)"
    if let error = event.error { fields["error"] = "\(error)" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if let line = try? encoder.encode(fields) { LogLine.error(String(decoding: line, as: UTF8.self)) }
  }
}
