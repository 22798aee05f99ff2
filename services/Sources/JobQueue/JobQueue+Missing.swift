import FoundationEssentials
import ImageProcessing
import Logging
import ObjectStorage
import Threads

extension JobQueue {
  private static let chunk = 500

  /// Finds raw objects that have neither a row nor a job, and enqueues them: what was stored when the process ended
  /// before its job was.
  /// - Parameters:
  ///   - prefix: Only keys that begin with this.
  ///   - known: Which of some images have a row.
  /// - Returns: How many were enqueued.
  public func enqueueMissing(
    prefix: String, known: @Sendable ([String]) async throws -> Set<String>
  ) async throws -> Int {
    var after = ""
    var count = 0
    while true {
      let place = after
      let objects = try await withDedicatedThread { try self.list(prefix: prefix, after: place) }
      guard let last = objects.last else { return count }
      after = last.location.key
      let ids = objects.map { OutputKeys.imageID(bucket: rawBucket, key: $0.location.key) }
      // In this order: a job that ends between the two looks has its row by then.
      let withJob = Set(try await states(of: ids).keys)
      let withRow = try await known(ids)
      for (object, id) in zip(objects, ids) where !withRow.contains(id) && !withJob.contains(id) {
        let isDue = clock().timeIntervalSince(object.lastModified) < Self.retention
        guard isDue, let found = try await rawObject(object) else { continue }
        try await enqueue(found)
        logger.notice("stored without a job, enqueued now", metadata: ["key": "\(object.location.key)"])
        count += 1
      }
    }
  }

  private func list(prefix: String, after: String) throws -> [ListedObject] {
    do {
      let lister = try processor.store.list(bucket: rawBucket, prefix: prefix, after: after)
      var objects: [ListedObject] = []
      while objects.count < Self.chunk, let object = try lister.next() { objects.append(object) }
      return objects
    } catch ObjectStoreError.missingBucket {
      // A directory store gets its buckets with their first objects.
      return []
    }
  }

  /// Nil where it has gone meanwhile.
  ///
  /// A directory's listing knows no ETags.
  private func rawObject(_ listed: ListedObject) async throws -> RawObject? {
    let store = processor.store
    let eTag: String?
    if let known = listed.eTag {
      eTag = known
    } else {
      eTag = try await withDedicatedThread {
        do { return try store.open(listed.location).info.eTag } catch ObjectStoreError.notFound { return nil }
      }
    }
    let name = listed.location.key.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) }
    return eTag.map {
      RawObject(
        key: listed.location.key, name: name ?? listed.location.key, size: listed.size, eTag: $0,
        storedAt: listed.lastModified)
    }
  }
}
