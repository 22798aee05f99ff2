import FoundationEssentials
import ObjectStorage

extension MetadataRecord {
  /// The row of an image that a person has deleted, in place of `row`.
  /// - Parameter deletedAt: As times stand in records.
  init(tombstoneOf rawObject: ObjectLocation, deletedAt: String, purgeAfter: Date, over row: MetadataRecord?, now: Date)
  {
    self.init(
      imageID: OutputKeys.imageID(bucket: rawObject.bucket, key: rawObject.key),
      source: ImageJob.source(ofKey: rawObject.key),
      rawBucket: rawObject.bucket,
      rawSequencer: row?.rawSequencer,
      uploadedAt: deletedAt,
      purgeAfter: purgeAfter.inRecords,
      earlierDeletions: row?.deletions,
      status: .deleted,
      processedAt: now.inRecords)
  }

  /// The deletions that whatever replaces this row has to know of; nil for none.
  var deletions: [String]? {
    guard status == .deleted else { return earlierDeletions }
    return ((earlierDeletions ?? []) + [uploadedAt]).suffix(Self.keptDeletions)
  }

  /// Enough for any person; the bound keeps a row small that a program deletes again and again.
  private static let keptDeletions = 8

  /// What jobs that began before the last deletion, of which this row knows, may have had for the last one before them;
  /// empty where there was no deletion.
  ///
  /// What they have written may be removed: no row names it, or will.
  var overtakenDeletions: [String?] {
    guard let deletions else { return [] }
    return [nil] + deletions.dropLast()
  }
}
