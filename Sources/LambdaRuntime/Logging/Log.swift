import Encodings

/// Writes log lines as Lambda wants them: text, or JSON when `AWS_LAMBDA_LOG_FORMAT` says so.
///
/// Each line carries the request id and trace id of its invocation and goes out in one piece.
public struct Log: Sendable {
  /// How a line looks.
  public enum Format: Sendable, Equatable {
    /// Tabs between level, time, request id and message, then `key=value`.
    case text
    /// One object, with `level` and an RFC 3339 `timestamp`, without which Lambda takes it for INFO.
    case json
  }

  /// The minimum level that is written.
  public var level: LogLevel
  /// How lines look.
  public var format: Format
  private let write: @Sendable ([UInt8]) -> Void
  private var requestID: String?
  private var traceID: String?
  private var tenantID: String?

  /// The longest line, in bytes, its end included.
  ///
  /// A longer one has what is longest in it cut, with a mark.
  public static let maximumLineLength = 64 << 10

  /// A log that goes where `write` takes it, as for a test.
  /// - Parameter write: takes one whole line, its newline included.
  public init(level: LogLevel = .info, format: Format = .text, write: @escaping @Sendable ([UInt8]) -> Void) {
    self.level = level
    self.format = format
    self.write = write
  }

  /// Standard output, in the format and from the level that Lambda's environment variables name.
  public static let process = Log(environmentVariable) { StandardStream.write($0, to: 1) }

  package init(_ lookup: (String) -> String?, write: @escaping @Sendable ([UInt8]) -> Void) {
    let wantsJSON = lookup("AWS_LAMBDA_LOG_FORMAT")?.uppercased() == "JSON"
    // Where invocations run side by side, Lambda takes JSON only: their lines mix.
    let isConcurrent = lookup("AWS_LAMBDA_MAX_CONCURRENCY") != nil
    self.init(
      level: lookup("AWS_LAMBDA_LOG_LEVEL").flatMap { LogLevel($0) } ?? .info,
      format: wantsJSON || isConcurrent ? .json : .text, write: write)
  }

  func with(requestID: String, traceID: String?, tenantID: String?) -> Log {
    var copy = self
    copy.requestID = requestID.cut(toBytes: LogText.idLimit)
    copy.traceID = traceID?.cut(toBytes: LogText.idLimit)
    copy.tenantID = tenantID?.cut(toBytes: LogText.idLimit)
    return copy
  }

  /// Logs at TRACE, for every step; `message` is made only where that level is written.
  public func trace(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.trace, message(), fields)
  }

  /// Logs at DEBUG, for the search for a fault.
  public func debug(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.debug, message(), fields)
  }

  /// Logs at INFO, for what went as it should.
  public func info(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.info, message(), fields)
  }

  /// Logs at WARN, for what somebody should know of, though the work went on.
  public func warn(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.warn, message(), fields)
  }

  /// Logs at ERROR, for what made an invocation fail, or part of it.
  public func error(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.error, message(), fields)
  }

  /// Logs at FATAL, for what ends the process.
  public func fatal(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]) {
    log(.fatal, message(), fields)
  }

  /// Writes a line, unless `level` is below the one that is set.
  public func log(
    _ level: LogLevel, _ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]
  ) {
    guard level >= self.level else { return }
    log(level, message(), fields.map { ($0.key, $0.value) })
  }

  /// Writes a line with fields that are not known before, unless `level` is below the one that is set.
  public func log(_ level: LogLevel, _ message: @autoclosure () -> String, _ fields: [(String, String)]) {
    guard level >= self.level else { return }
    let time = RFC3339.text(unixMilliseconds: WallClock.unixMilliseconds())
    write(line(LogText(message: message(), fields: fields), level, time))
  }

  /// The line, made shorter until it is no longer than a line may be.
  private func line(_ text: LogText, _ level: LogLevel, _ time: String) -> [UInt8] {
    var limit = LogText.Limit()
    // What is far too long is not written out even once.
    var shorter = text.bytes > Self.maximumLineLength ? text.cut(to: limit) : text
    while true {
      let line = format == .json ? json(level, shorter, time) : self.text(level, shorter, time)
      if line.count <= Self.maximumLineLength || limit.isLowest { return line }
      limit.lower()
      shorter = text.cut(to: limit)
    }
  }

  /// Writes a line that is JSON already, whatever the level: for metrics, which are lines too.
  package func writeRaw(_ json: [UInt8]) { write(json + [UInt8(ascii: "\n")]) }

  private func json(_ level: LogLevel, _ text: LogText, _ time: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.object {
      $0.member("timestamp", time)
      $0.member("level", level.rawValue)
      $0.member("message", text.message)
      $0.member(ifAny: "requestId", requestID)
      $0.member(ifAny: "traceId", traceID)
      $0.member(ifAny: "tenantId", tenantID)
      // A name twice in one object is not interoperable (RFC 8259, 4): the first keeps its place.
      var taken: Set = ["timestamp", "level", "message", "requestId", "traceId", "tenantId"]
      for (name, value) in text.fields where taken.insert(name).inserted { $0.member(name, value) }
    }
    return writer.bytes + [UInt8(ascii: "\n")]
  }

  private func text(_ level: LogLevel, _ text: LogText, _ time: String) -> [UInt8] {
    var line = "\(level.rawValue)\t\(time)\t\(requestID ?? "-")\t\(text.message)"
    for (name, value) in text.fields { line += " \(name)=\(value)" }
    if let traceID { line += " traceId=\(traceID)" }
    // Lambda ends an event at each newline; a carriage return keeps a message of several lines in one.
    return line.utf8.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: "\r") : $0 } + [UInt8(ascii: "\n")]
  }
}
