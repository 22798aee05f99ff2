/// An X-Ray tracing header: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`.
public struct TraceHeader: Sendable, Equatable, CustomStringConvertible {
  /// The trace that the request belongs to.
  public var root: String
  /// The segment that new subsegments are part of: 16 hexadecimal digits.
  public var parent: String?
  /// Whether the trace is recorded.
  public var isSampled: Bool

  /// Reads a header; nil without a root. Fields of other names are left out.
  public init?(_ text: String) {
    var fields: [Substring: Substring] = [:]
    for field in text.split(separator: ";") {
      let parts = field.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { fields[parts[0]] = parts[1] }
    }
    guard let root = fields["Root"] else { return nil }
    self.root = String(root)
    parent = fields["Parent"].map { String($0) }
    isSampled = fields["Sampled"] == "1"
  }

  public var description: String {
    "Root=\(root);" + (parent.map { "Parent=\($0);" } ?? "") + "Sampled=\(isSampled ? 1 : 0)"
  }
}
