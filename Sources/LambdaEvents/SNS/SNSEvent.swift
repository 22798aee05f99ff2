/// Messages of an SNS topic that invokes the function directly.
public struct SNSEvent: Codable, Sendable, Equatable {
  public var records: [Record]

  public struct Record: Codable, Sendable, Equatable {
    public var eventSubscriptionARN: String?
    public var sns: SNSMessage

    enum CodingKeys: String, CodingKey {
      case eventSubscriptionARN = "EventSubscriptionArn"
      case sns = "Sns"
    }
  }

  enum CodingKeys: String, CodingKey {
    case records = "Records"
  }
}

/// One message of an SNS topic.
public struct SNSMessage: Codable, Sendable, Equatable {
  public var messageID: String
  public var topicARN: String?
  public var subject: String?
  public var message: String
  /// ISO 8601.
  public var timestamp: String?

  enum CodingKeys: String, CodingKey {
    case messageID = "MessageId"
    case topicARN = "TopicArn"
    case subject = "Subject"
    case message = "Message"
    case timestamp = "Timestamp"
  }
}
