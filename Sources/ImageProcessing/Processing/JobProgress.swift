package import Logging
import Synchronization

/// How far a job has come: written by the thread that works on it, read by whoever tells of it.
public final class JobProgress: Sendable {
  struct State {
    /// Of the raw object.
    var bytesRead: Int64 = 0
    /// Nil before the object has been opened.
    var bytesInAll: Int64?
    /// Rows of the picture that have been decoded, at the scale at which it is.
    var rows = 0
    /// Nil before the decoding has begun.
    var rowsInAll: Int?
    /// Of all renditions.
    var bytesWritten: Int64 = 0
  }

  private let state = Mutex(State())

  /// Of a job that has not begun.
  public init() {}

  func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

  /// For a line in the log.
  ///
  /// `percent` is that of the rows; a picture whose file must be read whole before its first row shows its progress in
  /// `bytes_read`.
  package var fields: Logger.Metadata {
    let state = state.withLock { $0 }
    var fields: Logger.Metadata = ["bytes_read": "\(state.bytesRead)", "bytes_written": "\(state.bytesWritten)"]
    if let bytes = state.bytesInAll { fields["bytes_total"] = "\(bytes)" }
    if let rows = state.rowsInAll {
      fields["rows"] = "\(state.rows)"
      fields["rows_total"] = "\(rows)"
    }
    fields["percent"] = "\(100 * state.rows / max(1, state.rowsInAll ?? 1))"
    return fields
  }
}
