#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An event about objects in S3, in whichever envelope it reaches a function.
public enum IncomingEvent: Sendable, Equatable {
  /// A batch of a queue, whose messages hold the notifications: `S3Notification.decode(message.body)`.
  case batch(SQSEvent)
  /// A notification that came straight from S3, SNS or EventBridge.
  case notification(S3Notification)

  /// Reads an event, in one pass over its JSON.
  ///
  /// It is a batch of a queue when any of its records says so, by `eventSource` or by a `messageId`, whatever else is
  /// garbled in that record or in others: see ``SQSEvent``.
  /// - Throws: ``IncomingEventError``
  public static func decode(_ bytes: [UInt8]) throws(IncomingEventError) -> IncomingEvent {
    let envelope: Envelope
    do {
      envelope = try JSONDecoder().decode(Envelope.self, from: Data(bytes))
    } catch {
      throw .notification(S3NotificationError(error))
    }
    switch envelope {
    case .batch(.success(let batch)): return .batch(batch)
    case .batch(.failure(let error)): throw .batch((error as? DecodingError)?.summary ?? "\(error)")
    case .notification(let envelope):
      do throws(S3NotificationError) {
        return .notification(try S3Notification.content(of: envelope))
      } catch {
        throw .notification(error)
      }
    }
  }

  /// The objects that the event names, as far as it can be read: a message that cannot be names none.
  public var objects: [S3ObjectEvent] {
    let notifications: [S3Notification] =
      switch self {
      case .batch(let batch): batch.records.compactMap { try? S3Notification.decode($0.body) }
      case .notification(let notification): [notification]
      }
    return notifications.flatMap { notification -> [S3ObjectEvent] in
      guard case .objects(let objects) = notification else { return [] }
      return objects
    }
  }
}

/// Why some bytes are not an event about objects in S3.
public enum IncomingEventError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A batch of a queue with a record that nothing could name, as it has no `messageId`: where.
  case batch(String)
  /// Neither a batch of a queue nor a notification that can be read.
  case notification(S3NotificationError)

  /// What is wrong, on one line.
  public var description: String {
    switch self {
    case .batch(let reason): "not a readable batch of SQS messages: \(reason)"
    case .notification(let error): "\(error)"
    }
  }
}

/// What an event looks like from outside.
private enum Envelope: Decodable {
  case batch(Result<SQSEvent, any Error>)
  case notification(S3Envelope)

  private enum CodingKeys: String, CodingKey {
    case records = "Records"
  }

  init(from decoder: any Decoder) throws {
    let records = try? decoder.container(keyedBy: CodingKeys.self).decode([Lenient<RecordMark>].self, forKey: .records)
    if records?.contains(where: { (try? $0.value.get().isOfQueue) ?? false }) ?? false {
      self = .batch(Result { try SQSEvent(from: decoder) })
    } else {
      self = .notification(try S3Envelope(from: decoder))
    }
  }
}

/// What tells a message of a queue from other records, however garbled the rest of it is.
private struct RecordMark: Decodable {
  let isOfQueue: Bool

  private enum CodingKeys: String, CodingKey {
    case eventSource, messageId
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let source = try? fields.decode(String.self, forKey: .eventSource)
    isOfQueue = source == "aws:sqs" || (source == nil && fields.contains(.messageId))
  }
}
