import Encodings

/// A request in the form whose hash is signed.
///
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
