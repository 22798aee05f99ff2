/// A batch of messages from an SQS queue.
///
/// Decoding is lenient: a record that lacks or garbles anything but its `messageId` still decodes, so that it can be
/// reported by that id and does not take the batch with it.
public struct SQSEvent: Codable, Sendable, Equatable {
  public var records: [SQSMessage]

  public init(records: [SQSMessage]) {
    self.records = records
  }

  enum CodingKeys: String, CodingKey {
    case records = "Records"
  }
}
