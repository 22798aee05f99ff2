/// Lambda's log levels, least to most grave.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
  case trace = "TRACE"
  case debug = "DEBUG"
  case info = "INFO"
  case warn = "WARN"
  case error = "ERROR"
  case fatal = "FATAL"

  /// Reads `AWS_LAMBDA_LOG_LEVEL`, in any case; nil for what is no level.
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

  public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}
