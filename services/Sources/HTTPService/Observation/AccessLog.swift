internal import FoundationEssentials
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
