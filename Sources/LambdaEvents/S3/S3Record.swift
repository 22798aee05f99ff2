import Encodings

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
