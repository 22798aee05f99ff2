/// Tells Lambda which messages of a batch are to be delivered again; it deletes the others.
///
/// Takes effect only where the event source mapping has `FunctionResponseTypes: [ReportBatchItemFailures]`. The list
/// is always written, even when it is empty.
public struct SQSBatchResponse: Codable, Sendable, Equatable {
  /// A message that is to be delivered again.
  public struct Failure: Codable, Sendable, Equatable {
    /// The message's `messageId`.
    ///
    /// An empty one would fail the whole batch.
    public var itemIdentifier: String

    /// Names a message.
    public init(itemIdentifier: String) {
      self.itemIdentifier = itemIdentifier
    }
  }

  /// The messages that are to be delivered again.
  public var batchItemFailures: [Failure]

  /// Names the messages that are to be delivered again.
  public init(batchItemFailures: [Failure] = []) {
    self.batchItemFailures = batchItemFailures
  }
}
