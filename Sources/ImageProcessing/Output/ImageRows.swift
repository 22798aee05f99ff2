public import ObjectStorage

/// The rows of one raw object: one for each day on which it was uploaded, or deleted.
public enum ImageRows {
  /// Finds the rows that the processed bucket holds, the one that holds now first.
  ///
  /// Asks for one row a day that has any, in at most two calls each. It blocks.
  @available(*, noasync, message: "blocks the calling thread")
  public static func find(
    of rawObject: ObjectLocation, in store: any ObjectStore, processedBucket: String
  ) throws -> [(key: String, record: MetadataRecord)] {
    let name = "\(OutputKeys.imageID(bucket: rawObject.bucket, key: rawObject.key)).json"
    var rows: [(key: String, record: MetadataRecord)] = []
    var after = ""
    while let day = try firstRow(after: after, in: store, processedBucket) {
      let key = day.location.key
      let start = key.utf8.prefix("metadata/dt=YYYY-MM-DD/".utf8.count)
      let partition = String(decoding: start, as: UTF8.self)
      // What lies in no day's folder is passed; cut within a character, its start would sort before it for ever.
      guard start.last == UInt8(ascii: "/"), partition.utf8.elementsEqual(start) else {
        after = key
        continue
      }
      let location = ObjectLocation(bucket: processedBucket, key: partition + name)
      if let record = try MetadataCommit(store: store, location: location, tags: [:]).current()?.record {
        rows.append((location.key, record))
      }
      // The last character there is: after all keys of this day.
      after = partition + "\u{10FFFF}"
    }
    return rows.sorted { one, other in
      if one.record.isLater(than: other.record) { return true }
      // The tombstones of one deletion are of one time.
      return !other.record.isLater(than: one.record) && one.key > other.key
    }
  }

  private static func firstRow(
    after: String, in store: any ObjectStore, _ processedBucket: String
  ) throws -> ListedObject? {
    do {
      return try store.list(bucket: processedBucket, prefix: "metadata/dt=", after: after).next()
    } catch ObjectStoreError.missingBucket {
      return nil
    }
  }
}
