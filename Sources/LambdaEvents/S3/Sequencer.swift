/// The order of events for one object key, as hexadecimal digits.
///
/// Events of different keys do not compare.
///
/// Sequencers differ in length: the shorter one is padded with zeros on the right, and then they compare as text
/// (Amazon S3 User Guide, "Event message structure").
public struct Sequencer: Sendable, Hashable, Comparable {
  /// The digits, as they came.
  public let hexadecimal: String

  /// Takes the digits in either case.
  public init(_ hexadecimal: String) {
    self.hexadecimal = hexadecimal
  }

  /// The digits in one case, without the zeros on the right that padding makes equal to none.
  private var significant: Substring {
    var digits = hexadecimal.uppercased()[...]
    while digits.last == "0" { digits.removeLast() }
    return digits
  }

  /// Whether `left` came first.
  public static func < (left: Sequencer, right: Sequencer) -> Bool {
    // Nothing sorts below "0" but the end of the text, so leaving zeros off orders as padding with them does.
    left.significant.utf8.lexicographicallyPrecedes(right.significant.utf8)
  }

  /// Whether both are of one event: `00ab` and `00AB00` are.
  public static func == (left: Sequencer, right: Sequencer) -> Bool { left.significant == right.significant }

  /// Hashes the significant digits, so that equal sequencers have equal hashes.
  public func hash(into hasher: inout Hasher) { hasher.combine(significant) }
}
