import FoundationEssentials
import LambdaEvents
import ObjectStorage

/// Puts a record in its place: the commit of a job. Of all events of one key the latest wins, in whatever order they
/// arrive, because every write is made on the condition that the row is still the one that was looked at.
struct MetadataCommit: Sendable {
  let store: any ObjectStore
  let location: ObjectLocation
  /// Of the row's object.
  let tags: [String: String]

  /// The row that stands, and the ETag to replace it by. `record` is nil where the object is no record that can be read.
  struct Standing: Sendable {
    var eTag: String
    var record: MetadataRecord?
  }

  func standing() throws -> Standing? {
    do {
      let reader = try store.open(location)
      let bytes = try reader.readAll(limit: 1 << 20)
      return Standing(
        eTag: reader.info.eTag, record: try? JSONDecoder().decode(MetadataRecord.self, from: Data(bytes)))
    } catch ObjectStoreError.notFound {
      return nil
    } catch ObjectStoreError.tooLarge {
      return Standing(eTag: try store.open(location).info.eTag, record: nil)
    }
  }

  /// Writes the record unless a later event's row stands.
  /// - Parameter seen: What stood when the job began; what has changed since fails the condition, and is looked at anew.
  /// - Returns: The row that stands in the end: this one, or the later one.
  func write(_ record: MetadataRecord, over seen: Standing?) throws -> MetadataRecord {
    let line = try record.line()
    let attributes = ObjectAttributes(contentType: "application/json", tags: tags)
    var standing = seen
    // Each turn lost means that another writer has won one, so this ends; the bound is for a store that lies.
    for _ in 0..<16 {
      if let later = standing?.record, later.isLater(than: record) { return later }
      do {
        try store.put(
          line, to: location, attributes: attributes,
          condition: standing.map { .ifMatches(eTag: $0.eTag) } ?? .ifAbsent)
        return record
      } catch ObjectStoreError.conditionFailed {
        standing = try self.standing()
      }
    }
    throw ObjectStoreError.conditionFailed(location, .ifAbsent)
  }
}

extension MetadataRecord {
  /// Whether this row stems from a later event of the same key. Sequencers decide; without them, the events' times.
  func isLater(than other: MetadataRecord) -> Bool {
    if let own = rawSequencer.flatMap(Sequencer.init), let others = other.rawSequencer.flatMap(Sequencer.init) {
      return own > others
    }
    return uploadedAt > other.uploadedAt
  }

  /// Whether this row is of the very same event as the other, made in the same way: then the work is done. A row that
  /// says that there was too little memory or time is none of that: there may be more now, or a queue for large jobs.
  func isSameWork(as other: MetadataRecord) -> Bool {
    errorCode != Rejection.overLimitsCode && rawSequencer == other.rawSequencer && uploadedAt == other.uploadedAt
      && processorVersion == other.processorVersion && recipeID == other.recipeID
  }
}
