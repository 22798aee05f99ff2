#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Something that happened to one object in S3, whatever envelope the news came in.
public struct S3ObjectEvent: Sendable, Equatable {
  /// The kind of event, such as `ObjectCreated:Put`; EventBridge's names are put into this form.
  public var eventName: String
  /// When the event happened, to the millisecond.
  public var eventTime: Date
  /// The bucket's name.
  public var bucket: String
  /// The object's key as it is, no longer encoded.
  public var key: String
  /// The object's size in bytes; nil where the event is of a deletion.
  public var size: Int64?
  /// The object's ETag, without quotes.
  public var eTag: String?
  /// The object's version, in a bucket that keeps versions.
  public var versionID: String?
  /// The place of this event among those of its key.
  public var sequencer: Sequencer?
  /// The region of the bucket.
  public var region: String?

  /// Makes an event, as for a test or for a message of one's own.
  public init(
    eventName: String = "ObjectCreated:Put", eventTime: Date, bucket: String, key: String, size: Int64? = nil,
    eTag: String? = nil, versionID: String? = nil, sequencer: Sequencer? = nil, region: String? = nil
  ) {
    self.eventName = eventName
    self.eventTime = eventTime
    self.bucket = bucket
    self.key = key
    self.size = size
    self.eTag = eTag
    self.versionID = versionID
    self.sequencer = sequencer
    self.region = region
  }

  /// Whether the object is new: put, posted, copied or completed.
  public var isCreation: Bool { eventName.hasPrefix("ObjectCreated:") }
}
