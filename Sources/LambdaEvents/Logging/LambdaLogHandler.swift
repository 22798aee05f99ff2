public import LambdaRuntime
public import Logging

/// The swift-log backend: what libraries log through `Logger` comes out as the runtime's own lines.
///
/// ```swift
/// LoggingSystem.bootstrap { LambdaLogHandler(label: $0) }
/// ```
///
/// Each line has the request id and trace id of the invocation that it is written in (`LambdaContext.current`).
public struct LambdaLogHandler: LogHandler {
  /// Fields that every line of this logger carries.
  public var metadata: Logger.Metadata = [:]
  /// Gives more fields, line by line.
  public var metadataProvider: Logger.MetadataProvider?
  /// The minimum level that is written: to begin with, Lambda's `AWS_LAMBDA_LOG_LEVEL`.
  public var logLevel: Logger.Level
  private let label: String
  private let log: Log

  /// Makes the backend of the logger `label`, which each line names.
  /// - Parameter log: where lines go outside of an invocation, and whose level is where this handler starts.
  public init(label: String, log: Log = .process) {
    self.label = label
    self.log = log
    logLevel = Self.level(log.level)
  }

  /// One field of `metadata`.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line.
  public func log(event: LogEvent) {
    var merged = metadata
    merged.merge(metadataProvider?.get() ?? [:]) { $1 }
    merged.merge(event.metadata ?? [:]) { $1 }
    var fields = merged.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
    fields.append(("logger", label))
    if let error = event.error { fields.append(("error", "\(error)")) }
    var target = LambdaContext.current?.log ?? log
    // `Logger` has compared its level already, and may have been set lower than Lambda's.
    target.level = .trace
    target.log(Self.level(event.level), "\(event.message)", fields)
  }

  private static func level(_ level: Logger.Level) -> LogLevel {
    switch level {
    case .trace: .trace
    case .debug: .debug
    case .info, .notice: .info
    case .warning: .warn
    case .error: .error
    case .critical: .fatal
    }
  }

  private static func level(_ level: LogLevel) -> Logger.Level {
    switch level {
    case .trace: .trace
    case .debug: .debug
    case .info: .info
    case .warn: .warning
    case .error: .error
    case .fatal: .critical
    }
  }
}
