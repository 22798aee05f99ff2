import Logging
import Synchronization

/// Keeps what is logged.
final class LogLines: LogHandler {
  struct Line: Sendable {
    var message: String
    var fields: Logger.Metadata
  }

  private let lines = Mutex<[Line]>([])
  var all: [Line] { lines.withLock { $0 } }
  var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  var logLevel: Logger.Level {
    get { .trace }
    set {}
  }
  subscript(metadataKey _: String) -> Logger.MetadataValue? {
    get { nil }
    set {}
  }

  func log(event: LogEvent) {
    lines.withLock { $0.append(Line(message: "\(event.message)", fields: event.metadata ?? [:])) }
  }
}
