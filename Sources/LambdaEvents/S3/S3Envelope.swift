import Encodings

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One layer of what S3's notifications come in: the news itself, or a message around it.
enum S3Envelope: Decodable {
  /// S3's records, or those of an invocation by SNS.
  case records([S3Record])
  /// S3's test event, with its bucket.
  case test(bucket: String?)
  /// A message of SNS, as a queue gets it.
  case message(SNSMessage)
  /// An event of EventBridge.
  case event(EventBridgeEvent<EventBridgeS3Detail>)
  /// None of these.
  case unknown

  private enum CodingKeys: String, CodingKey {
    case records = "Records"
    case event = "Event"
    case bucket = "Bucket"
    case type = "Type"
    case source
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if try fields.decodeIfPresent(String.self, forKey: .event) == "s3:TestEvent" {
      self = .test(bucket: try fields.decodeIfPresent(String.self, forKey: .bucket))
    } else if try fields.decodeIfPresent(String.self, forKey: .type) == "Notification" {
      self = .message(try SNSMessage(from: decoder))
    } else if try fields.decodeIfPresent(String.self, forKey: .source) == "aws.s3" {
      self = .event(try EventBridgeEvent(from: decoder))
    } else {
      self = try fields.decodeIfPresent([S3Record].self, forKey: .records).map { .records($0) } ?? .unknown
    }
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
  var sns: SNSMessage?

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

  init(_ event: S3ObjectEvent) {
    eventVersion = "2.1"
    eventSource = "aws:s3"
    awsRegion = event.region
    eventTime = EventTime.text(event.eventTime)
    eventName = event.eventName
    s3 = S3Entity(
      s3SchemaVersion: "1.0", bucket: Bucket(name: event.bucket),
      object: S3ObjectFields(
        key: PercentEncoding.formPath(event.key), size: event.size, eTag: event.eTag, versionId: event.versionID,
        sequencer: event.sequencer?.hexadecimal))
  }

  func event() throws(S3NotificationError) -> S3ObjectEvent {
    // `minio:s3` and `ceph:s3` are servers that speak S3's protocol.
    guard let s3, (eventSource ?? "aws:s3").hasSuffix(":s3") else { throw .notANotification }
    guard let eventVersion else { throw .missing(field: "eventVersion") }
    guard eventVersion.hasPrefix("2.") else { throw .unsupportedVersion(eventVersion) }
    guard let eventName else { throw .missing(field: "eventName") }
    guard let bucket = s3.bucket?.name, !bucket.isEmpty else { throw .missing(field: "s3.bucket.name") }
    guard let object = s3.object, let encoded = object.key, !encoded.isEmpty else {
      throw .missing(field: "s3.object.key")
    }
    guard let eventTime else { throw .missing(field: "eventTime") }
    guard let key = PercentEncoding.decode(encoded, plusIsSpace: true) else { throw .invalidKey(encoded) }
    return object.event(
      name: Self.bare(eventName), time: try EventTime.required(eventTime), bucket: bucket, key: key,
      versionID: object.versionId, region: awsRegion)
  }

  /// `s3:ObjectCreated:Put`, as a bucket's configuration names events and some servers write them, is S3's
  /// `ObjectCreated:Put`.
  private static func bare(_ eventName: String) -> String {
    eventName.hasPrefix("s3:") ? String(eventName.dropFirst(3)) : eventName
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

/// What EventBridge puts in `detail` for S3.
///
/// The key is not encoded there.
struct EventBridgeS3Detail: Codable {
  var bucket: S3Record.Bucket?
  var object: S3ObjectFields?
  var reason: String?

  /// - Parameter envelope: what this detail came in.
  func event(in envelope: EventBridgeEvent<Self>) throws(S3NotificationError) -> S3ObjectEvent {
    guard let bucket = bucket?.name, !bucket.isEmpty else { throw .missing(field: "detail.bucket.name") }
    guard let object, let key = object.key, !key.isEmpty else { throw .missing(field: "detail.object.key") }
    return object.event(
      name: eventName(envelope.detailType), time: try EventTime.required(envelope.time), bucket: bucket, key: key,
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
