#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Something that happened to one object in S3, whatever envelope the news came in.
public struct S3ObjectEvent: Sendable, Equatable {
  /// Such as `ObjectCreated:Put`; EventBridge's names are put into this form.
  public var eventName: String
  public var eventTime: Date
  public var bucket: String
  /// The object's key as it is, no longer encoded.
  public var key: String
  /// In bytes.
  public var size: Int64?
  public var eTag: String?
  public var versionID: String?
  public var sequencer: Sequencer?
  public var region: String?

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
