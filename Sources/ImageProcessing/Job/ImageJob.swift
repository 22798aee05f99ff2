public import FoundationEssentials
public import LambdaEvents

/// One object that has come into the raw bucket, and how the news of it was delivered.
public struct ImageJob: Sendable, Equatable {
  /// What the notification says: bucket, decoded key, version, ETag, sequencer, event time, size.
  public var event: S3ObjectEvent
  /// How often the message has been delivered, this time included: 1 or more.
  public var attempt: Int
  /// When the message entered its queue, if it came through one.
  public var sentAt: Date?

  /// - Parameters:
  ///   - attempt: 1 or more; less counts as 1.
  ///   - sentAt: nil for an event that came through no queue.
  public init(event: S3ObjectEvent, attempt: Int = 1, sentAt: Date? = nil) {
    self.event = event
    self.attempt = max(1, attempt)
    self.sentAt = sentAt
  }

  /// By which way the object came: the first component of its key, as the two web applications write it.
  public var source: String? { Self.source(ofKey: event.key) }

  static func source(ofKey key: String) -> String? {
    ["web", "kafka"].first { key.utf8.starts(with: "\($0)/".utf8) }
  }
}
