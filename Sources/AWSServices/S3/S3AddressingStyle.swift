/// Where a request to S3 names its bucket.
///
/// Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets".
public enum S3AddressingStyle: String, Sendable, CaseIterable {
  /// In the path where the host is an address, `localhost` or a name without a dot, or where no certificate would match
  /// the bucket's name; else before the host.
  case automatic = "auto"
  /// The bucket is in the path, always: for servers that answer to one name only.
  case path
  /// Before the host wherever that makes a name: for servers with a bare name that answer to names below it too.
  case virtual

  /// The names, for messages.
  public static var choices: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
