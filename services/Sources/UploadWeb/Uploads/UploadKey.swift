internal import Encodings
internal import FoundationEssentials
internal import ImageProcessing

/// Where an upload goes: `web/YYYY/MM/DD/<uuid>/<safe name>`, made here and never taken from the client.
struct UploadKey: Sendable, Equatable {
  let key: String
  let imageID: String

  /// A key that was made before.
  init(key: String, imageID: String) {
    self.key = key
    self.imageID = imageID
  }

  /// A new key.
  init(name: String, bucket: String, at now: Date) {
    let time = UTCTime(unixSeconds: Int64(now.timeIntervalSince1970))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    key =
      "web/\(time.year)/\(two(time.month))/\(two(time.day))/\(UUID().uuidString.lowercased())/"
      + SafeName.make(from: name)
    imageID = OutputKeys.imageID(bucket: bucket, key: key)
  }
}
