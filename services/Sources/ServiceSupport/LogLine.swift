internal import Encodings
internal import FoundationEssentials
internal import Glibc

/// Lines on the standard streams, each written in one piece.
public enum LogLine {
  /// Writes a line to standard output.
  public static func output(_ line: String) { write(line, to: STDOUT_FILENO) }
  /// Writes a line to standard error.
  public static func error(_ line: String) { write(line, to: STDERR_FILENO) }

  /// The time now, as it stands in lines.
  public static var time: String { RFC3339.text(unixMilliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }

  private static func write(_ line: String, to descriptor: Int32) {
    let bytes = Array("\(line)\n".utf8)
    var offset = 0
    while offset < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
      }
      if written < 0 {
        if errno == EINTR { continue }
        // Nobody reads the log any more: the service goes on.
        return
      }
      offset += written
    }
  }
}
