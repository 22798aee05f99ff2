internal import Encodings

/// The fields of a form, in a query or in a body of `application/x-www-form-urlencoded`.
///
/// Source: URL Standard, section 5; a plus is a space.
public enum FormFields {
  /// Names and values, in the order in which they came.
  /// - Throws: `HTTPFault` 400 for what is not percent-encoded UTF-8.
  public static func parse(_ text: String) throws -> [(String, String)] {
    try text.split(separator: "&").map { field in
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
