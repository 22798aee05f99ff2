/// A batch of messages from an SQS queue.
///
/// Decoding is lenient: a record that lacks or garbles anything but its `messageId` still decodes, with the fault in
/// its `decodingFault`, so that it can be reported by that id and does not take the batch with it.
public struct SQSEvent: Codable, Sendable, Equatable {
  /// The messages, those of one FIFO group in their order.
  public var records: [SQSMessage]

  /// Makes an event, as for a test.
  public init(records: [SQSMessage]) {
    self.records = records
  }

  enum CodingKeys: String, CodingKey {
    case records = "Records"
  }
}
