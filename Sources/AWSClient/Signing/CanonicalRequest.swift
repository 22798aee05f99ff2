/// A request in the form whose hash is signed.
/// Source: AWS General Reference, "Create a signed AWS API request", step 1.
struct CanonicalRequest {
  let text: String
  /// The names of the signed headers, sorted and joined with `;`.
  let signedHeaders: String

  /// - Parameters:
  ///   - path: Percent-encoded, as it goes over the wire.
  ///   - query: Names and values, not encoded.
  ///   - payloadHash: SHA-256 in hex, or `UNSIGNED-PAYLOAD`.
  ///   - encodesPathAgain: True for every service but S3.
  init(
    method: String, path: String, query: [QueryItem], headers: HTTPFields, payloadHash: String, encodesPathAgain: Bool
  ) {
    var values: [String: [String]] = [:]
    for field in headers.fields {
      let name = field.name.lowercased()
      if !Self.unsigned.contains(name) { values[name, default: []].append(Self.collapseSpaces(field.value)) }
    }
    let names = values.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    signedHeaders = names.joined(separator: ";")
    let headerLines = names.map { "\($0):\((values[$0] ?? []).joined(separator: ","))\n" }.joined()
    text = [
      method, encodesPathAgain ? PercentEncoding.path(path) : path, QueryItem.canonical(query), headerLines,
      signedHeaders, payloadHash,
    ].joined(separator: "\n")
  }

  /// Headers that proxies or libcurl itself may change or add.
  private static let unsigned: Set<String> = [
    "authorization", "connection", "content-length", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id",
  ]

  private static func collapseSpaces(_ value: String) -> String {
    value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
  }
}

/// A name and a value of a query, not encoded.
public struct QueryItem: Sendable, Equatable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String = "") {
    self.name = name
    self.value = value
  }

  /// The query as it is signed and sent: encoded, then sorted by encoded name and value.
  static func canonical(_ items: [QueryItem]) -> String {
    items
      .map { (PercentEncoding.component($0.name), PercentEncoding.component($0.value)) }
      .sorted { a, b in
        a.0 == b.0 ? a.1.utf8.lexicographicallyPrecedes(b.1.utf8) : a.0.utf8.lexicographicallyPrecedes(b.0.utf8)
      }
      .map { "\($0.0)=\($0.1)" }
      .joined(separator: "&")
  }
}
