#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The fields of an object, in both spellings of the version.
struct S3ObjectFields: Codable {
  var key: String?
  var size: Int64?
  var eTag: String?
  /// S3's own notifications.
  var versionId: String?
  /// EventBridge.
  var versionID: String?
  /// EventBridge.
  var etag: String?
  var sequencer: String?

  init(key: String, size: Int64?, eTag: String?, versionId: String?, sequencer: String?) {
    self.key = key
    self.size = size
    self.eTag = eTag
    self.versionId = versionId
    self.sequencer = sequencer
  }

  enum CodingKeys: String, CodingKey {
    case key, size, eTag, versionId
    case versionID = "version-id"
    case etag, sequencer
  }

  func event(
    name: String, time: Date, bucket: String, key: String, versionID: String?, region: String?
  ) -> S3ObjectEvent {
    S3ObjectEvent(
      eventName: name, eventTime: time, bucket: bucket, key: key, size: size, eTag: eTag ?? etag,
      versionID: versionID, sequencer: sequencer.map { Sequencer($0) }, region: region)
  }
}
