import Encodings

/// A name and a value of a query, not encoded.
package struct QueryItem: Sendable, Equatable {
  /// Not encoded.
  package var name: String
  /// Not encoded; empty for a name that stands alone.
  package var value: String

  /// A name and a value, not encoded.
  package init(_ name: String, _ value: String = "") {
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
