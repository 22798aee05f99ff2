/// What of a message could not be read, so that no handler may be given it: the place, and what is wrong there.
public struct SQSDecodingFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// The first field that could not be read, as `body` or `attributes.MessageGroupId`.
  public var field: String
  /// What is wrong with it.
  public var reason: String

  /// Names a field and what is wrong with it.
  public init(field: String, reason: String) {
    self.field = field
    self.reason = reason
  }

  /// Field and reason on one line.
  public var description: String { "\(field) of the message cannot be read: \(reason)" }
}
