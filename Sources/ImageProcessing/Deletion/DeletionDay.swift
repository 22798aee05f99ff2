import FoundationEssentials
import ObjectStorage

/// What is there of an image on one day (`dt`), and its end.
struct DeletionDay {
  let keys: OutputKeys
  /// The last moment of the day that the tombstone is for.
  private let end: Date
  private let rawObject: ObjectLocation
  private let store: any ObjectStore
  private let processedBucket: String
  /// The row that was read last.
  private(set) var row: CurrentRow?
  /// What lay under the image's prefix before the tombstone was written.
  private(set) var renditions: [ObjectLocation] = []

  private static let length: TimeInterval = 24 * 3600

  /// Every day on which an event may still lead to renditions, the latest first: for later ones the purge has come, but
  /// for a job that began before.
  /// - Parameter uploaded: When the raw object was written last, by the store's clock: that may be of the day after
  ///   this host's. A folder's file may name any day, which then is one more.
  static func all(
    until now: Date, uploaded: Date?, _ rawObject: ObjectLocation, store: any ObjectStore, processedBucket: String
  ) -> [DeletionDay] {
    // Days in UTC have one length, so each begins at a multiple of it.
    func day(_ moment: Date) -> Double { (moment.timeIntervalSince1970 / length).rounded(.down) }
    let earliest = day(now.addingTimeInterval(-JobRun.retention - ImageDeletion.longestJob))
    let own = uploaded.map(day) ?? earliest
    let latest = own == day(now) + 1 ? own : day(now)
    let days = (own > latest ? [own] : []) + stride(from: latest, through: earliest, by: -1)
    return days.map { day in
      let end = Date(timeIntervalSince1970: (day + 1) * length - 0.001)
      return DeletionDay(
        keys: OutputKeys(bucket: rawObject.bucket, key: rawObject.key, eventTime: end), end: end,
        rawObject: rawObject, store: store, processedBucket: processedBucket)
    }
  }

  private init(
    keys: OutputKeys, end: Date, rawObject: ObjectLocation, store: any ObjectStore, processedBucket: String
  ) {
    self.keys = keys
    self.end = end
    self.rawObject = rawObject
    self.store = store
    self.processedBucket = processedBucket
  }

  private func commit(tags: [String: String] = [:]) -> MetadataCommit {
    MetadataCommit(
      store: store, location: ObjectLocation(bucket: processedBucket, key: keys.metadata), tags: tags)
  }

  /// The time of the row that was read last.
  var uploadedAt: String? { row?.record?.uploadedAt }

  /// Reads the row, and after it what lies under the image's prefix: what a row names that was written before is among
  /// it, and what replaces the tombstone has other names
  /// (``OutputKeys/version(rawETag:recipeID:processorVersion:lastDeletion:)``).
  mutating func read() throws {
    row = try commit().current()
    renditions = []
    do {
      let listing = try store.list(bucket: processedBucket, prefix: keys.imagePrefix, after: "")
      while let object = try listing.next() { renditions.append(object.location) }
    } catch ObjectStoreError.missingBucket {
      // A directory store gets its buckets with their first objects.
    }
  }

  /// Writes the tombstone in place of the row that was read, or of the one that has come since.
  /// - Returns: False when that is of an upload after `deletedAt`.
  mutating func bury(deletedAt: String, now: Date) throws -> Bool {
    // A tombstone lives as long as what it stands against: until the purge of what was uploaded before it, on its day.
    let lastUpload = min(now, end)
    let commit = commit(tags: PurgeTag.tags(uploadedAt: lastUpload, now: now))
    for _ in 0..<MetadataCommit.maximumAttempts {
      let tombstone = MetadataRecord(
        tombstoneOf: rawObject, deletedAt: deletedAt, purgeAfter: lastUpload.addingTimeInterval(JobRun.retention),
        over: row?.record, now: now)
      if let record = row?.record, record.isLater(than: tombstone) { return false }
      if try commit.replace(row, with: tombstone) { return true }
      try read()
    }
    throw ObjectStoreError.conditionFailed(commit.location, .ifAbsent)
  }
}
