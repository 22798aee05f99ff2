import FoundationEssentials
import ObjectStorage

/// Puts a record in its place: the commit of a job.
///
/// Of all events of one key the latest wins, in whatever order they arrive, because every write is made on the
/// condition that the row is still the one that was looked at.
struct MetadataCommit: Sendable {
  let store: any ObjectStore
  let location: ObjectLocation
  /// Of the row's object.
  let tags: [String: String]

  /// Each attempt that fails means that another writer's has succeeded, so they end; the bound is for a store that
  /// lies.
  static let maximumAttempts = 16

  /// The row as it is; nil where there is none.
  func current() throws -> CurrentRow? {
    do {
      let reader = try store.open(location)
      let bytes = try reader.readAll(limit: 1 << 20)
      return CurrentRow(
        eTag: reader.info.eTag, record: try? JSONDecoder().decode(MetadataRecord.self, from: Data(bytes)))
    } catch ObjectStoreError.notFound {
      return nil
    } catch ObjectStoreError.tooLarge {
      return CurrentRow(eTag: try store.open(location).info.eTag, record: nil)
    }
  }

  /// Writes the record in place of `row`.
  /// - Returns: False when the row is no longer that one; nothing is changed then.
  func replace(_ row: CurrentRow?, with record: MetadataRecord) throws -> Bool {
    do {
      try store.put(
        try record.line(), to: location, attributes: ObjectAttributes(contentType: "application/json", tags: tags),
        condition: row.map { .ifMatches(eTag: $0.eTag) } ?? .ifAbsent)
      return true
    } catch ObjectStoreError.conditionFailed {
      return false
    }
  }

  /// Writes the record unless the row is of a later event, or the key has been deleted since the job began.
  /// - Parameter seen: The row when the job began; if it has changed since, it is looked at anew.
  /// - Returns: The row in the end: this one, or the one that it had to give way to.
  func write(_ record: MetadataRecord, over seen: CurrentRow?) throws -> MetadataRecord {
    var row = seen
    for _ in 0..<Self.maximumAttempts {
      if let other = row?.record, other.isLater(than: record) || other.deletions != record.earlierDeletions {
        return other
      }
      if try replace(row, with: record) { return record }
      row = try current()
    }
    throw ObjectStoreError.conditionFailed(location, .ifAbsent)
  }
}

/// A row in the store, and the ETag to replace it by.
struct CurrentRow: Sendable {
  var eTag: String
  /// Nil where the object is not a record that can be read.
  var record: MetadataRecord?
}
