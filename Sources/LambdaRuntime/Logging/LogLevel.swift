/// Lambda's log levels in ascending severity, by the names that it gives them (AWS Lambda Developer Guide, "Log-level
/// filtering").
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
  /// Every step.
  case trace = "TRACE"
  /// Detail that helps to find a fault.
  case debug = "DEBUG"
  /// What went as it should: the level from which Lambda writes by default.
  case info = "INFO"
  /// What somebody should know of.
  case warn = "WARN"
  /// What failed.
  case error = "ERROR"
  /// What ends the process.
  case fatal = "FATAL"

  /// Reads `AWS_LAMBDA_LOG_LEVEL`, in any case; nil for what is not a level.
  public init?(_ text: String) {
    self.init(rawValue: text.uppercased())
  }

  private var rank: Int {
    switch self {
    case .trace: 0
    case .debug: 1
    case .info: 2
    case .warn: 3
    case .error: 4
    case .fatal: 5
    }
  }

  /// Whether `left` is less severe.
  public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}
