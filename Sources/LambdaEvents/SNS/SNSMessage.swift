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

  /// What the publisher attached; without those that cannot be read.
  public var messageAttributes: [String: SNSMessageAttribute]

  /// Makes a message, as for a test.
  public init(
    message: String, messageID: String? = nil, topicARN: String? = nil, subject: String? = nil,
    timestamp: String? = nil, messageAttributes: [String: SNSMessageAttribute] = [:]
  ) {
    self.messageID = messageID
    self.topicARN = topicARN
    self.subject = subject
    self.message = message
    self.timestamp = timestamp
    self.messageAttributes = messageAttributes
  }

  enum CodingKeys: String, CodingKey {
    case messageID = "MessageId"
    case topicARN = "TopicArn"
    case subject = "Subject"
    case message = "Message"
    case timestamp = "Timestamp"
    case messageAttributes = "MessageAttributes"
  }

  /// Reads a message.
  /// - Throws: `DecodingError` for one without content.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    message = try container.decode(String.self, forKey: .message)
    messageID = try container.decodeIfPresent(String.self, forKey: .messageID)
    topicARN = try container.decodeIfPresent(String.self, forKey: .topicARN)
    subject = try container.decodeIfPresent(String.self, forKey: .subject)
    timestamp = try container.decodeIfPresent(String.self, forKey: .timestamp)
    // The content does not depend on them.
    let attributes = try? container.decode([String: Lenient<SNSMessageAttribute>].self, forKey: .messageAttributes)
    messageAttributes = (attributes ?? [:]).compactMapValues { try? $0.value.get() }
  }
}

/// A value that a publisher attached to a message.
public struct SNSMessageAttribute: Codable, Sendable, Equatable {
  /// The type: `String`, `String.Array`, `Number` or `Binary`.
  public var type: String
  /// The value as text; of a `Binary`, base64.
  public var value: String

  /// Makes an attribute, as for a test.
  public init(type: String, value: String) {
    self.type = type
    self.value = value
  }

  enum CodingKeys: String, CodingKey {
    case type = "Type"
    case value = "Value"
  }
}
