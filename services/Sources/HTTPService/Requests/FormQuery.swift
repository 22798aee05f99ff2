internal import Encodings

/// The query of an address as forms write it (URL standard, application/x-www-form-urlencoded).
public enum FormQuery {
  /// The fields in their order, decoded; a plus is a space.
  /// - Throws: `HTTPFault` 400 for what is not percent-encoded UTF-8.
  public static func fields(of query: String) throws -> [(String, String)] {
    try query.split(separator: "&").map { field in
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
      guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
        let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
      else {
        throw HTTPFault.badRequest("bad_query", "The address has a % that is not followed by two digits of UTF-8 text.")
      }
      return (name, value)
    }
  }
}
