#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Every form in which S3's notifications come, laid over each other: which one it is shows in what is there.
struct S3Envelope: Codable {
  // S3: plain.
  var records: [S3Record]?
  // S3: the test event.
  var event: String?
  var bucket: String?
  // SNS.
  var type: String?
  var message: String?
  // EventBridge.
  var source: String?
  var detailType: String?
  var time: String?
  var region: String?
  var detail: EventBridgeS3Detail?

  init(records: [S3Record]) {
    self.records = records
  }

  enum CodingKeys: String, CodingKey {
    case records = "Records"
    case event = "Event"
    case bucket = "Bucket"
    case type = "Type"
    case message = "Message"
    case source
    case detailType = "detail-type"
    case time, region, detail
  }
}

/// A record of a plain notification, or of an invocation by SNS.
struct S3Record: Codable {
  var eventVersion: String?
  var eventSource: String?
  var awsRegion: String?
  var eventTime: String?
  var eventName: String?
  var s3: S3Entity?
  var sns: SNSMessageBody?

  enum CodingKeys: String, CodingKey {
    case eventVersion, eventSource, awsRegion, eventTime, eventName, s3
    case sns = "Sns"
  }

  struct S3Entity: Codable {
    var s3SchemaVersion: String?
    var bucket: Bucket?
    var object: S3ObjectFields?
  }

  struct Bucket: Codable {
    var name: String?
  }

  struct SNSMessageBody: Codable {
    var message: String?

    enum CodingKeys: String, CodingKey {
      case message = "Message"
    }
  }

  init(_ event: S3ObjectEvent) {
    eventVersion = "2.1"
    eventSource = "aws:s3"
    awsRegion = event.region
    eventTime = EventTime.text(event.eventTime)
    eventName = event.eventName
    s3 = S3Entity(
      s3SchemaVersion: "1.0", bucket: Bucket(name: event.bucket),
      object: S3ObjectFields(
        key: ObjectKeyCoding.encode(event.key), size: event.size, eTag: event.eTag, versionId: event.versionID,
        sequencer: event.sequencer?.hexadecimal))
  }

  func event() throws(S3NotificationError) -> S3ObjectEvent {
    guard let s3, eventSource ?? "aws:s3" == "aws:s3" else { throw .notANotification }
    guard let eventVersion else { throw .missing(field: "eventVersion") }
    guard eventVersion.hasPrefix("2.") else { throw .unsupportedVersion(eventVersion) }
    guard let eventName else { throw .missing(field: "eventName") }
    guard let bucket = s3.bucket?.name, !bucket.isEmpty else { throw .missing(field: "s3.bucket.name") }
    guard let object = s3.object, let encoded = object.key, !encoded.isEmpty else {
      throw .missing(field: "s3.object.key")
    }
    guard let key = ObjectKeyCoding.decode(encoded) else { throw .invalidKey(encoded) }
    return object.event(
      name: eventName, time: try eventDate(eventTime, field: "eventTime"), bucket: bucket, key: key,
      versionID: object.versionId, region: awsRegion)
  }
}

/// What EventBridge puts in `detail` for S3. The key is not encoded there.
struct EventBridgeS3Detail: Codable {
  var bucket: S3Record.Bucket?
  var object: S3ObjectFields?
  var reason: String?

  func event(in envelope: S3Envelope) throws(S3NotificationError) -> S3ObjectEvent {
    guard let bucket = bucket?.name, !bucket.isEmpty else { throw .missing(field: "detail.bucket.name") }
    guard let object, let key = object.key, !key.isEmpty else { throw .missing(field: "detail.object.key") }
    guard let kind = envelope.detailType else { throw .missing(field: "detail-type") }
    return object.event(
      name: eventName(kind), time: try eventDate(envelope.time, field: "time"), bucket: bucket, key: key,
      versionID: object.versionID, region: envelope.region)
  }

  /// “Object Created” for the reason “PutObject” is what notifications call `ObjectCreated:Put`.
  private func eventName(_ kind: String) -> String {
    let name = String(kind.filter { $0 != " " })
    guard let reason else { return "\(name):*" }
    let cause =
      switch reason {
      case "PutObject": "Put"
      case "POST Object": "Post"
      case "CopyObject": "Copy"
      case "DeleteObject": "Delete"
      default: String(reason.filter { $0 != " " })
      }
    return "\(name):\(cause)"
  }
}

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

private func eventDate(_ text: String?, field: String) throws(S3NotificationError) -> Date {
  guard let text else { throw .missing(field: field) }
  guard let date = EventTime.date(text) else { throw .invalidTime(text) }
  return date
}
