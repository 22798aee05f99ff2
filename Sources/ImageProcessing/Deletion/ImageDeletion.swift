public import FoundationEssentials
public import ObjectStorage

/// Deletes an image because a person wants it gone: its raw object, and the renditions and rows of every day that the
/// purge has not reached.
///
/// On each of those days a tombstone takes the row's place first: a row of status `deleted` that says nothing of the
/// image (``MetadataRecord/Status/deleted``). No job that is under way and no late event of an
/// earlier upload can put the image back, because every row is written on a condition, and a job that meets a tombstone
/// removes what it has written itself. An upload that is later than the deletion takes the tombstone's place.
///
/// It blocks: call it from a thread of your own. After an error it is to be called again; to call it twice does no
/// harm.
public struct ImageDeletion: Sendable {
  private let store: any ObjectStore
  private let processedBucket: String
  private let clock: @Sendable () -> Date

  /// How long a job may go on: SQS hides a message for 12 hours at most.
  static let longestJob: TimeInterval = 12 * 3600

  /// - Parameters:
  ///   - store: Holds the raw and the processed bucket.
  ///   - processedBucket: Where renditions and rows are.
  ///   - clock: Gives the time of day.
  public init(
    store: any ObjectStore, processedBucket: String, clock: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.store = store
    self.processedBucket = processedBucket
    self.clock = clock
  }

  /// Deletes what has been uploaded under a raw key until now.
  ///
  /// An upload of the same key at the same moment counts as before the deletion or as after it, with all that stems
  /// from it: the raw object is removed on the condition that it is still the one that the tombstones were written for.
  /// An S3 server that does not know conditions on DELETE removes what it has by then, so that an upload between the
  /// last look and the removal, a few milliseconds, is lost there with no row but the tombstone.
  /// - Throws: ``ImageDeletionError``; `ObjectStoreError` as they come.
  @available(*, noasync, message: "blocks the calling thread")
  public func delete(_ rawObject: ObjectLocation) throws -> Report {
    guard rawObject.bucket != processedBucket else { throw ImageDeletionError.notRaw(rawObject) }
    var deletedAt = ""
    // Each turn covers the uploads that came between the steps of the one before.
    for _ in 0..<MetadataCommit.maximumAttempts {
      let now = clock()
      let raw = try info(of: rawObject)
      var days = DeletionDay.all(
        until: now, uploaded: raw?.lastModified, rawObject, store: store, processedBucket: processedBucket)
      for index in days.indices { try days[index].read() }
      let uploads = days.compactMap(\.uploadedAt) + (raw.map { [latestUpload(of: $0, days)] } ?? [])
      deletedAt = uploads.reduce(max(deletedAt, now.inRecords), max)

      var isOvertaken = false
      for index in days.indices where !isOvertaken {
        isOvertaken = try !days[index].bury(deletedAt: deletedAt, now: now)
      }
      // What is there now must be what the tombstones were written for.
      guard try !isOvertaken && info(of: rawObject) == raw else { continue }
      do {
        if let raw { try store.remove(rawObject, ifMatches: raw.eTag) }
      } catch ObjectStoreError.conditionFailed {
        // Uploaded since that look: it stays, or is deleted with tombstones of its own.
        continue
      }
      let renditions = days.flatMap(\.renditions)
      for rendition in renditions { try store.remove(rendition) }
      return Report(
        imageID: OutputKeys.imageID(bucket: rawObject.bucket, key: rawObject.key), deletedAt: deletedAt,
        tombstones: days.map(\.keys.metadata), removedRawObject: raw != nil,
        removedRenditions: renditions.map(\.key))
    }
    throw ImageDeletionError.overtaken(rawObject)
  }

  private func info(of location: ObjectLocation) throws -> ObjectInfo? {
    do {
      return try store.open(location).info
    } catch ObjectStoreError.notFound {
      return nil
    }
  }

  /// The latest moment at which the raw object may have come, by the store's own clock: this host's may be behind it,
  /// and the upload would then seem to be later than its deletion.
  ///
  /// S3 tells whole seconds; a row knows the moment.
  private func latestUpload(of raw: ObjectInfo, _ days: [DeletionDay]) -> String {
    let seconds = raw.lastModified.timeIntervalSince1970
    let isExact = seconds != seconds.rounded()
    let known = days.first { day in
      day.row?.record?.rawETag == raw.eTag && day.uploadedAt?.prefix(19) == raw.lastModified.inRecords.prefix(19)
    }
    return isExact
      ? raw.lastModified.inRecords : known?.uploadedAt ?? raw.lastModified.addingTimeInterval(0.999).inRecords
  }
}

extension ImageDeletion {
  /// What a deletion did.
  public struct Report: Sendable, Equatable {
    /// Names the image; see ``OutputKeys/imageID(bucket:key:)``.
    public var imageID: String
    /// What was uploaded until then is deleted.
    ///
    /// ISO 8601 in UTC with milliseconds, as in rows.
    public var deletedAt: String
    /// The keys of the tombstones in the processed bucket, the latest day's first.
    public var tombstones: [String]
    /// Whether there was a raw object.
    public var removedRawObject: Bool
    /// The keys of the renditions that were removed from the processed bucket.
    public var removedRenditions: [String]
  }
}

/// Why an image was not deleted.
public enum ImageDeletionError: Error, Equatable, CustomStringConvertible {
  /// The bucket is the processed one.
  case notRaw(ObjectLocation)
  /// The key was uploaded again and again while it was being deleted.
  case overtaken(ObjectLocation)

  /// Why, and what to do next.
  public var description: String {
    switch self {
    case .notRaw(let location):
      "\(location) is in the processed bucket: name the raw object that it was made of, which its row holds"
    case .overtaken(let location):
      "\(location) was uploaded anew 16 times while it was being deleted: stop its uploads, and delete it again"
    }
  }
}
