#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// News from S3, out of whatever envelopes it came in: plain, through SNS, or from EventBridge.
public enum S3Notification: Sendable, Equatable {
  /// What happened to objects, in the order of the records; none for an empty list.
  case objects([S3ObjectEvent])
  /// `s3:TestEvent`, which S3 sends when notifications are set up: to be acknowledged, no more.
  case test(bucket: String)

  /// SNS around EventBridge around … : one more than anything sends.
  private static let envelopeLimit = 4

  /// Reads a notification: JSON.
  public static func decode(_ bytes: [UInt8]) throws(S3NotificationError) -> S3Notification {
    try decode(Data(bytes), depth: 0)
  }

  /// Reads a notification, as from the body of an SQS message.
  public static func decode(_ text: String) throws(S3NotificationError) -> S3Notification {
    try decode(Data(text.utf8), depth: 0)
  }

  /// Writes object events as S3 writes them: the JSON that `decode` reads.
  public static func encode(_ events: [S3ObjectEvent]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(S3Envelope(records: events.map { .init($0) })))
  }

  private static func decode(_ json: Data, depth: Int) throws(S3NotificationError) -> S3Notification {
    guard depth < envelopeLimit else { throw .nestedTooDeeply(limit: envelopeLimit) }
    let envelope = try read(S3Envelope.self, json)
    if envelope.event == "s3:TestEvent" {
      guard let bucket = envelope.bucket else { throw .missing(field: "Bucket") }
      return .test(bucket: bucket)
    }
    // SNS, delivering to a queue.
    if envelope.type == "Notification" {
      return try decode(Data(try read(SNSMessage.self, json).message.utf8), depth: depth + 1)
    }
    if envelope.source == "aws.s3" {
      let event = try read(EventBridgeEvent<EventBridgeS3Detail>.self, json)
      return .objects([try event.detail.event(in: event)])
    }
    guard let records = envelope.records else { throw .notANotification }
    var objects: [S3ObjectEvent] = []
    var test: S3Notification?
    for record in records {
      // SNS, invoking a function.
      if let message = record.sns?.message {
        switch try decode(Data(message.utf8), depth: depth + 1) {
        case .objects(let more): objects += more
        case .test(let bucket): test = .test(bucket: bucket)
        }
      } else {
        objects.append(try record.event())
      }
    }
    if objects.isEmpty, let test { return test }
    return .objects(objects)
  }

  private static func read<Value: Decodable>(_ type: Value.Type, _ json: Data) throws(S3NotificationError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: json)
    } catch DecodingError.keyNotFound(let key, let context) {
      let path = context.codingPath + [key]
      throw .missing(field: path.filter { $0.intValue == nil }.map(\.stringValue).joined(separator: "."))
    } catch let error as DecodingError {
      throw .malformed(error.summary)
    } catch {
      throw .malformed("\(error)")
    }
  }
}
