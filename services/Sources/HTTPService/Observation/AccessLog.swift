internal import Encodings
internal import FoundationEssentials
internal import Glibc
internal import HTTPTypes

/// One line of JSON a request, when its response has ended: without queries, which may hold signatures and names.
struct AccessLog: Sendable {
  struct Entry: Encodable {
    var time: String
    var method: String
    var path: String
    var status: Int
    var milliseconds: Double
    var bytesIn: Int64
    var bytesOut: Int64?
    var client: String
    var person: String?
    var code: String?
    /// Whether the response was written to its end.
    var complete: Bool

    enum CodingKeys: String, CodingKey {
      case time, method, path, status, milliseconds, client, person, code, complete
      case bytesIn = "bytes_in"
      case bytesOut = "bytes_out"
    }
  }

  let write: @Sendable (String) -> Void

  func record(_ entry: Entry) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if let line = try? encoder.encode(entry) { write(String(decoding: line, as: UTF8.self)) }
  }

  /// The path of a target, cut where it is longer than anybody reads.
  static func path(of request: HTTPRequest) -> String {
    String((request.path ?? "/").prefix { $0 != "?" && $0 != "#" }.prefix(512))
  }
}

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
