/// An X-Ray tracing header: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`
/// (AWS X-Ray Developer Guide, "Tracing header").
public struct TraceHeader: Sendable, Equatable, CustomStringConvertible {
  /// The trace that the request belongs to.
  public var root: String
  /// The segment that new subsegments are part of: 16 hexadecimal digits.
  public var parent: String?
  /// Whether the trace is recorded.
  public var isSampled: Bool
  /// Fields of other names as they came, such as `Lineage=1:a87bd80c:0`, by which Lambda finds loops.
  public var others: [String] = []

  /// Reads a header, whatever the order of its fields; nil without a root.
  public init?(_ text: String) {
    var root: String?
    var parent: String?
    var isSampled = false
    for field in text.split(separator: ";") {
      let parts = field.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "Root": root = String(parts[1])
      case "Parent": parent = String(parts[1])
      case "Sampled": isSampled = parts[1] == "1"
      default: others.append(String(field))
      }
    }
    guard let root else { return nil }
    self.root = root
    self.parent = parent
    self.isSampled = isSampled
  }

  /// The header as it is sent on.
  public var description: String {
    let own = "Root=\(root);" + (parent.map { "Parent=\($0);" } ?? "") + "Sampled=\(isSampled ? 1 : 0)"
    return others.reduce(own) { "\($0);\($1)" }
  }
}
