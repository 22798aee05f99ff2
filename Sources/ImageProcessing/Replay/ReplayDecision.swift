import Encodings
import FoundationEssentials
import LambdaEvents
import ObjectStorage

/// What a replay does with an object, by its row.
enum ReplayDecision: Sendable {
  /// It is to be processed: the event to send.
  case send(S3ObjectEvent)
  /// Its row shows it done, with the same recipe and processor.
  case done
  /// It is due to be purged: an event would only end as `expired`.
  case tooOld
  /// A person has deleted it since.
  case deleted
  /// It was written before the time that was asked for.
  case before
  /// It is this system's own output, or none that a store could hold.
  case refused
}

/// Decides what a replay does with an object.
///
/// It blocks.
struct ReplayJudge: Sendable {
  let store: any ObjectStore
  let processedBucket: String
  let recipeID: String
  let since: Date?
  let now: Date

  /// How far S3's `LastModified`, in whole seconds, and the event's time of the same upload may be apart.
  private static let slack: TimeInterval = 1
  /// An upload that began so close to midnight may have ended on the next day, which is then its row's.
  private static let midnight: TimeInterval = 60
  private static let day: TimeInterval = 24 * 3600

  func decision(on object: ListedObject) throws -> ReplayDecision {
    let isOwn =
      object.location.bucket == processedBucket
      || ["images/", "metadata/"].contains { object.location.key.utf8.starts(with: $0.utf8) }
    if isOwn { return .refused }
    if let since, object.lastModified < since { return .before }
    if now.timeIntervalSince(object.lastModified) >= JobRun.retention { return .tooOld }
    guard let row = try row(of: object), let uploadedAt = RFC3339.unixMilliseconds(row.uploadedAt) else {
      return .send(event(of: object, eTag: object.eTag))
    }
    let upload = Date(timeIntervalSince1970: Double(uploadedAt) / 1000)
    let isOfThisUpload = upload >= object.lastModified.addingTimeInterval(-Self.slack)
    if row.status == .deleted, isOfThisUpload { return .deleted }
    // A directory knows its objects' ETags only by reading them, which nothing but a row asks for.
    let eTag = try object.eTag ?? store.open(object.location).info.eTag
    guard isOfThisUpload, row.rawETag == eTag, row.status != .expired else {
      return .send(event(of: object, eTag: eTag))
    }
    if row.isDone(recipeID: recipeID) { return .done }
    // The same event once more: it is not older than its row, and keeps its day and the end of its life.
    var event = event(of: object, eTag: eTag)
    event.eventTime = upload
    event.sequencer = row.rawSequencer.map { Sequencer($0) }
    return .send(event)
  }

  /// A listing knows no sequencer; without one, the times decide which of two events is the later.
  private func event(of object: ListedObject, eTag: String?) -> S3ObjectEvent {
    S3ObjectEvent(
      eventTime: object.lastModified, bucket: object.location.bucket, key: object.location.key, size: object.size,
      eTag: eTag)
  }

  /// The row of the object, on the day of its event.
  ///
  /// One call nearly always: the event has the time at which an upload ended, which is on another day than
  /// `lastModified` only close to midnight and for uploads in parts, whose `lastModified` is their beginning. A
  /// directory's files may be older than their events, and reading there is cheap.
  private func row(of object: ListedObject) throws -> MetadataRecord? {
    let mayBeLater = object.eTag?.utf8.contains(UInt8(ascii: "-")) ?? true
    let lastDay = mayBeLater ? now : object.lastModified.addingTimeInterval(Self.midnight)
    var found: MetadataRecord?
    var keys: [String] = []
    for time in stride(from: object.lastModified, through: lastDay, by: Self.day).map(\.self) + [lastDay] {
      let key = OutputKeys(bucket: object.location.bucket, key: object.location.key, eventTime: time).metadata
      guard !keys.contains(key) else { continue }
      keys.append(key)
      let commit = MetadataCommit(
        store: store, location: ObjectLocation(bucket: processedBucket, key: key), tags: [:])
      // The latest day's stands.
      if let record = try commit.current()?.record { found = record }
    }
    return found
  }
}

extension MetadataRecord {
  /// Whether nothing is left to do for the upload that this row is of.
  ///
  /// `over_limits` may go better another time.
  fileprivate func isDone(recipeID: String) -> Bool {
    self.recipeID == recipeID && processorVersion == ImageProcessing.processorVersion
      && errorCode != Rejection.overLimitsCode
  }
}
