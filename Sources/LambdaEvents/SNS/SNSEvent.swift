/// Messages of an SNS topic that invokes the function directly.
public struct SNSEvent: Codable, Sendable, Equatable {
  /// One for each message.
  public var records: [Record]

  /// A message, and by which subscription it came.
  public struct Record: Codable, Sendable, Equatable {
    /// The subscription that invoked the function.
    public var eventSubscriptionARN: String?
    /// The message.
    public var sns: SNSMessage

    /// Makes a record, as for a test.
    public init(eventSubscriptionARN: String? = nil, sns: SNSMessage) {
      self.eventSubscriptionARN = eventSubscriptionARN
      self.sns = sns
    }

    enum CodingKeys: String, CodingKey {
      case eventSubscriptionARN = "EventSubscriptionArn"
      case sns = "Sns"
    }
  }

  /// Makes an event, as for a test.
  public init(records: [Record]) {
    self.records = records
  }

  enum CodingKeys: String, CodingKey {
    case records = "Records"
  }
}
