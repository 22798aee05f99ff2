/// A record of a batch, which a partial response names by its identifier.
public protocol BatchRecord: Sendable {
  /// What a partial response calls the record: a message's id, or a sequence number.
  var itemIdentifier: String { get }
  /// What could not be read of the record; nil when all could.
  var decodingFault: RecordDecodingFault? { get }
}

/// What of a record could not be read, so that no handler may be given it: the place, and what is wrong there.
public struct RecordDecodingFault: Error, Sendable, Equatable, CustomStringConvertible {
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
  public var description: String { "\(field) cannot be read: \(reason)" }
}
