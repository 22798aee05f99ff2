#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What Lambda tells a function about itself in environment variables, read once.
public struct FunctionEnvironment: Sendable, Equatable {
  /// The function's name (`AWS_LAMBDA_FUNCTION_NAME`).
  public var functionName: String
  /// The function's version, or `$LATEST` (`AWS_LAMBDA_FUNCTION_VERSION`).
  public var functionVersion: String
  /// The function's memory in MiB (`AWS_LAMBDA_FUNCTION_MEMORY_SIZE`); 0 when unknown.
  public var memoryLimit: Int
  /// The CloudWatch log group that its lines go to (`AWS_LAMBDA_LOG_GROUP_NAME`).
  public var logGroup: String
  /// The log stream of this process (`AWS_LAMBDA_LOG_STREAM_NAME`).
  public var logStream: String
  /// `AWS_LAMBDA_INITIALIZATION_TYPE`: `on-demand`, `provisioned-concurrency`, `snap-start` or
  /// `lambda-managed-instances`.
  public var initializationType: String
  /// How many invocations run side by side (`AWS_LAMBDA_MAX_CONCURRENCY`); 1 when it is not set.
  public var maximumConcurrency: Int
  /// The address that subsegments go to (`AWS_XRAY_DAEMON_ADDRESS`); nil when nothing traces.
  public var xrayDaemonAddress: String?

  /// Makes an environment, as for a test: what Lambda says where it says nothing else.
  public init(
    functionName: String = "", functionVersion: String = "$LATEST", memoryLimit: Int = 0, logGroup: String = "",
    logStream: String = "", initializationType: String = "on-demand", maximumConcurrency: Int = 1,
    xrayDaemonAddress: String? = nil
  ) {
    self.functionName = functionName
    self.functionVersion = functionVersion
    self.memoryLimit = memoryLimit
    self.logGroup = logGroup
    self.logStream = logStream
    self.initializationType = initializationType
    self.maximumConcurrency = maximumConcurrency
    self.xrayDaemonAddress = xrayDaemonAddress
  }

  /// Reads the variables by `lookup`; what is missing or makes no sense gets the default.
  package init(_ lookup: (String) -> String?) {
    self.init(
      functionName: lookup("AWS_LAMBDA_FUNCTION_NAME") ?? "",
      functionVersion: lookup("AWS_LAMBDA_FUNCTION_VERSION") ?? "$LATEST",
      memoryLimit: lookup("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").flatMap { Int($0) } ?? 0,
      logGroup: lookup("AWS_LAMBDA_LOG_GROUP_NAME") ?? "",
      logStream: lookup("AWS_LAMBDA_LOG_STREAM_NAME") ?? "",
      initializationType: lookup("AWS_LAMBDA_INITIALIZATION_TYPE") ?? "on-demand",
      // Lambda's own maximum is 1,600 (PerExecutionEnvironmentMaxConcurrency). Each costs a thread and a connection:
      // the bound is against a value that makes no sense.
      maximumConcurrency: min(2048, max(1, lookup("AWS_LAMBDA_MAX_CONCURRENCY").flatMap { Int($0) } ?? 1)),
      xrayDaemonAddress: lookup("AWS_XRAY_DAEMON_ADDRESS"))
  }

  /// The environment of this process.
  public static let process = FunctionEnvironment(environmentVariable)
}

/// The folder that the function was unpacked to.
enum TaskRoot {
  /// `LAMBDA_TASK_ROOT`, or what Lambda sets it to.
  static var path: String { environmentVariable("LAMBDA_TASK_ROOT") ?? "/var/task" }
}

/// The variable's value; nil when it is not set or empty.
package func environmentVariable(_ name: String) -> String? {
  guard let value = getenv(name) else { return nil }
  let text = String(cString: value)
  return text.isEmpty ? nil : text
}
