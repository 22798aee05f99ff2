#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// One message of an SQS queue, as Lambda hands it over.
public struct SQSMessage: Codable, Sendable, Equatable {
  /// What a batch response names the message by.
  public var messageID: String
  public var receiptHandle: String?
  /// The message's content; empty when the record had none that is a string.
  public var body: String
  /// What SQS says about the message: `ApproximateReceiveCount`, `SentTimestamp`, `MessageGroupId`, …
  public var attributes: [String: String]
  /// What the sender attached.
  public var messageAttributes: [String: SQSMessageAttribute]
  public var md5OfBody: String?
  public var eventSource: String?
  public var eventSourceARN: String?
  public var awsRegion: String?

  public init(
    messageID: String, receiptHandle: String? = nil, body: String, attributes: [String: String] = [:],
    messageAttributes: [String: SQSMessageAttribute] = [:], md5OfBody: String? = nil,
    eventSource: String? = "aws:sqs", eventSourceARN: String? = nil, awsRegion: String? = nil
  ) {
    self.messageID = messageID
    self.receiptHandle = receiptHandle
    self.body = body
    self.attributes = attributes
    self.messageAttributes = messageAttributes
    self.md5OfBody = md5OfBody
    self.eventSource = eventSource
    self.eventSourceARN = eventSourceARN
    self.awsRegion = awsRegion
  }

  /// The message group, within which a FIFO queue keeps the order.
  public var messageGroupID: String? { attributes["MessageGroupId"] }

  /// How often the message was received, this time included; nil when SQS did not say.
  public var approximateReceiveCount: Int? { attributes["ApproximateReceiveCount"].flatMap { Int($0) } }

  /// When the message was sent; nil when SQS did not say.
  public var sentAt: Date? {
    attributes["SentTimestamp"].flatMap { Int64($0) }.map { Date(timeIntervalSince1970: Double($0) / 1000) }
  }

  /// Whether the message comes from a FIFO queue, whose names end in `.fifo`. (A group alone says nothing: standard
  /// queues take one too, for fairness.)
  public var isFromFIFOQueue: Bool { eventSourceARN?.hasSuffix(".fifo") ?? false }

  enum CodingKeys: String, CodingKey {
    case messageID = "messageId"
    case receiptHandle, body, attributes, messageAttributes, md5OfBody, eventSource
    case eventSourceARN, awsRegion
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func lenient<Value: Decodable>(_ type: Value.Type, _ key: CodingKeys) -> Value? {
      try? container.decodeIfPresent(type, forKey: key)
    }
    messageID = try container.decode(String.self, forKey: .messageID)
    receiptHandle = lenient(String.self, .receiptHandle)
    body = lenient(String.self, .body) ?? ""
    attributes = (lenient([String: Lenient<String>].self, .attributes) ?? [:]).compactMapValues(\.value)
    messageAttributes =
      (lenient([String: Lenient<SQSMessageAttribute>].self, .messageAttributes) ?? [:]).compactMapValues(\.value)
    md5OfBody = lenient(String.self, .md5OfBody)
    eventSource = lenient(String.self, .eventSource)
    eventSourceARN = lenient(String.self, .eventSourceARN)
    awsRegion = lenient(String.self, .awsRegion)
  }
}

/// A value that may turn out to be none of its type, without failing what it stands in.
private struct Lenient<Value: Decodable>: Decodable {
  let value: Value?

  init(from decoder: any Decoder) throws {
    value = try? Value(from: decoder)
  }
}
