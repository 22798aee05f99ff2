/// Tells Lambda which records of a batch are to be delivered again; it is done with the others.
///
/// For SQS, Kinesis and DynamoDB streams. Takes effect only where the event source mapping has
/// `FunctionResponseTypes: [ReportBatchItemFailures]`. The list is always written, even when it is empty.
public struct BatchResponse: Codable, Sendable, Equatable {
  /// A record that is to be delivered again.
  public struct Failure: Codable, Sendable, Equatable {
    /// The `messageId` of a message, the sequence number of a stream's record.
    ///
    /// An empty one would fail the whole batch. A stream comes again from its lowest one on.
    public var itemIdentifier: String

    /// Names a record.
    public init(itemIdentifier: String) {
      self.itemIdentifier = itemIdentifier
    }
  }

  /// The records that are to be delivered again.
  public var batchItemFailures: [Failure]

  /// Names the records that are to be delivered again.
  public init(batchItemFailures: [Failure] = []) {
    self.batchItemFailures = batchItemFailures
  }
}

/// What became of each record of a batch: every one is in exactly one of the three lists, in the batch's order.
public struct BatchOutcome<Record: BatchRecord>: Sendable {
  /// A record that is to be delivered again.
  public struct Failed: Sendable {
    /// The record.
    public var record: Record
    /// What the record's handler threw, or the `RecordDecodingFault` that kept it from one.
    public var error: any Error
  }

  /// Records whose handler returned.
  ///
  /// Lambda deletes such messages of a queue. Those of a stream come again where one before them did not succeed.
  public var succeeded: [Record]
  /// Records whose handler threw, and those that could not be read.
  public var failed: [Failed]
  /// Records that no handler saw: time ran out, or one before them failed whose order they have to keep.
  public var notStarted: [Record]
  /// The response to Lambda: all messages of a queue that did not succeed, or the first such record of a stream.
  public var response: BatchResponse
}
