/// One message of an SNS topic: in the event of a function that the topic invokes, or as the body of a queue's message.
public struct SNSMessage: Codable, Sendable, Equatable {
  /// The message's id: the same for every delivery.
  public var messageID: String?
  /// The topic that it was published to.
  public var topicARN: String?
  /// What the publisher put above it.
  public var subject: String?
  /// The content.
  public var message: String
  /// When the message was published: ISO 8601.
  public var timestamp: String?

  /// Makes a message, as for a test.
  public init(
    message: String, messageID: String? = nil, topicARN: String? = nil, subject: String? = nil, timestamp: String? = nil
  ) {
    self.messageID = messageID
    self.topicARN = topicARN
    self.subject = subject
    self.message = message
    self.timestamp = timestamp
  }

  enum CodingKeys: String, CodingKey {
    case messageID = "MessageId"
    case topicARN = "TopicArn"
    case subject = "Subject"
    case message = "Message"
    case timestamp = "Timestamp"
  }
}
