/// What became of each message of a batch: every one is in exactly one of the three lists, in the batch's order.
public struct SQSBatchOutcome: Sendable {
  /// A message whose handler threw.
  public struct Failed: Sendable {
    public var message: SQSMessage
    public var error: any Error
  }

  public var succeeded: [SQSMessage]
  public var failed: [Failed]
  /// Messages that no handler saw: time ran out, or one before them in their FIFO group failed.
  public var notStarted: [SQSMessage]
  /// What to answer Lambda: all that did not succeed.
  public var response: SQSBatchResponse
}
