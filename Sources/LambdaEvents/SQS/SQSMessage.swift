#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// One message of an SQS queue, as Lambda hands it over (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS").
public struct SQSMessage: BatchRecord, Codable, Sendable, Equatable {
  /// What a batch response names the message by.
  public var messageID: String
  /// What a call to SQS names this delivery by.
  public var receiptHandle: String?
  /// The message's content; empty, with a `decodingFault`, when the record had none that is a string.
  public var body: String
  /// What SQS says about the message, such as `ApproximateReceiveCount`, `SentTimestamp` and `MessageGroupId`.
  public var attributes: [String: String]
  /// What the sender attached.
  public var messageAttributes: [String: SQSMessageAttribute]
  /// The MD5 digest of the body, in hexadecimal digits.
  public var md5OfBody: String?
  /// The service that it comes from: `aws:sqs`.
  public var eventSource: String?
  /// The queue that the message comes from.
  public var eventSourceARN: String?
  /// The region of the queue.
  public var awsRegion: String?
  /// What could not be read of the record; nil when all could.
  ///
  /// ``EventBatch`` reports such a message as failed, and gives it to no handler: SQS would delete what a handler made
  /// nothing of.
  public private(set) var decodingFault: RecordDecodingFault?

  /// Makes a message, as for a test.
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

  /// The message's id.
  public var itemIdentifier: String { messageID }

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

  /// Reads a record.
  ///
  /// All but the id may be garbled: that becomes its `decodingFault`.
  /// - Throws: `DecodingError` for a record without a `messageId` that is a string.
  public init(from decoder: any Decoder) throws {
    var record = LenientRecord(try decoder.container(keyedBy: CodingKeys.self))
    messageID = try record.container.decode(String.self, forKey: .messageID)
    let body = record.value(String.self, .body)
    if body == nil { record.note(.body, "there is none") }
    self.body = body ?? ""
    attributes = record.values(String.self, .attributes)
    eventSourceARN = record.value(String.self, .eventSourceARN)
    messageAttributes = record.values(SQSMessageAttribute.self, .messageAttributes)
    receiptHandle = record.value(String.self, .receiptHandle)
    md5OfBody = record.value(String.self, .md5OfBody)
    eventSource = record.value(String.self, .eventSource)
    awsRegion = record.value(String.self, .awsRegion)
    decodingFault = record.fault
  }
}

/// Reads what can be read of a record, and keeps what is wrong with the rest.
private struct LenientRecord {
  let container: KeyedDecodingContainer<SQSMessage.CodingKeys>
  private(set) var fault: RecordDecodingFault?

  init(_ container: KeyedDecodingContainer<SQSMessage.CodingKeys>) {
    self.container = container
  }

  /// Keeps the first fault: what comes after it may follow from it.
  mutating func note(_ key: SQSMessage.CodingKeys, named name: String? = nil, _ reason: String) {
    guard fault == nil else { return }
    fault = RecordDecodingFault(field: name.map { "\(key.stringValue).\($0)" } ?? key.stringValue, reason: reason)
  }

  /// A field; nil when it is absent or garbled.
  mutating func value<Value: Decodable>(_ type: Value.Type, _ key: SQSMessage.CodingKeys) -> Value? {
    do {
      return try container.decodeIfPresent(type, forKey: key)
    } catch {
      note(key, Self.reason(error))
      return nil
    }
  }

  /// A field of named values; without those that are garbled.
  mutating func values<Value: Decodable>(_ type: Value.Type, _ key: SQSMessage.CodingKeys) -> [String: Value] {
    var values: [String: Value] = [:]
    for (name, result) in (value([String: Lenient<Value>].self, key) ?? [:]).sorted(by: { $0.key < $1.key }) {
      switch result.value {
      case .success(let value): values[name] = value
      case .failure(let error): note(key, named: name, Self.reason(error))
      }
    }
    return values
  }

  private static func reason(_ error: any Error) -> String { (error as? DecodingError)?.summary ?? "\(error)" }
}
