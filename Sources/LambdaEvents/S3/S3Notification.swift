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
    return [UInt8](try encoder.encode(["Records": events.map { S3Record($0) }]))
  }

  private static func decode(_ json: Data, depth: Int) throws(S3NotificationError) -> S3Notification {
    guard depth < envelopeLimit else { throw .nestedTooDeeply(limit: envelopeLimit) }
    let envelope: S3Envelope
    do {
      envelope = try JSONDecoder().decode(S3Envelope.self, from: json)
    } catch {
      throw S3NotificationError(error)
    }
    return try content(of: envelope, depth: depth)
  }

  /// What is in an envelope that was decoded, at whatever depth it was found.
  static func content(of envelope: S3Envelope, depth: Int = 0) throws(S3NotificationError) -> S3Notification {
    switch envelope {
    case .unknown: throw .notANotification
    case .test(let bucket):
      guard let bucket else { throw .missing(field: "Bucket") }
      return .test(bucket: bucket)
    case .message(let message): return try decode(Data(message.message.utf8), depth: depth + 1)
    case .event(let event): return .objects([try event.detail.event(in: event)])
    case .records(let records):
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
  }
}
