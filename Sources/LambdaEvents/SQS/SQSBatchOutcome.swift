/// What became of each message of a batch: every one is in exactly one of the three lists, in the batch's order.
public struct SQSBatchOutcome: Sendable {
  /// A message that is to be delivered again.
  public struct Failed: Sendable {
    /// The message.
    public var message: SQSMessage
    /// What its handler threw, or the `SQSDecodingFault` that kept it from one.
    public var error: any Error
  }

  /// Messages whose handler returned: Lambda deletes them.
  public var succeeded: [SQSMessage]
  /// Messages whose handler threw, and those that could not be read.
  public var failed: [Failed]
  /// Messages that no handler saw: time ran out, or one before them failed whose order in a FIFO queue they
  /// have to keep.
  public var notStarted: [SQSMessage]
  /// What to answer Lambda: all that did not succeed.
  public var response: SQSBatchResponse
}
