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
