internal import FoundationEssentials
internal import HTTPService
internal import Kafka
internal import KafkaIngest
internal import ObjectStorage
internal import Synchronization
internal import Threads

/// The messages that the consumer has put aside, out of the raw bucket.
final class RejectedMessages: Sendable {
  /// One of them, and what is known of its object.
  struct Found: Sendable {
    var message: RejectedMessage
    var size: Int64
    var storedAt: Date

    /// - Throws: `HTTPFault` 413 where it has more bytes than may be sent.
    func requireAtMost(_ limit: Int) throws {
      guard size <= Int64(limit) else { throw HTTPFault.tooLarge(limit: Int64(limit), actual: size) }
    }
  }

  struct Page: Sendable {
    var messages: [Found]
    /// The key after which the next page begins; nil on the last one.
    var next: String?
  }

  private let store: any ObjectStore
  private let bucket: String
  /// Where replayed ones went, by their keys: as long as the process lives.
  private let replays = Mutex<[String: KafkaProducer.Delivery]>([:])
  private static let mostReplays = 10_000
  private let pieces: ByteBudget

  /// - Parameter mostDownloads: At once; more are asked to wait.
  init(store: any ObjectStore, bucket: String, mostDownloads: Int = 16) {
    self.store = store
    self.bucket = bucket
    pieces = ByteBudget(limit: mostDownloads * MessageDownload.pieceBytes)
  }

  /// So many of them, in the order of their keys.
  /// - Parameter after: Only keys after this one; empty for all.
  func page(after: String, limit: Int = 25) async throws -> Page {
    try await withDedicatedThread { [self] in
      var page = Page(messages: [])
      do {
        let lister = try store.list(bucket: bucket, prefix: RejectedMessage.prefix, after: after)
        var last = after
        while let object = try lister.next() {
          if page.messages.count == limit {
            page.next = last
            break
          }
          last = object.location.key
          do {
            if let found = try find(last) { page.messages.append(found) }
          } catch ObjectStoreError.notFound {
            // Purged between the listing and the look.
          }
        }
      } catch ObjectStoreError.missingBucket {
        // A directory store gets its buckets with their first objects.
      }
      return page
    }
  }

  /// One of them by its key; nil where there is none.
  func message(_ key: String) async throws -> Found? {
    guard key.hasPrefix(RejectedMessage.prefix) else { return nil }
    return try await withDedicatedThread { [self] in
      do { return try find(key) } catch ObjectStoreError.notFound, ObjectStoreError.invalidKey { return nil }
    }
  }

  /// Its bytes as they are read, however many there are.
  func download(_ found: Found) async throws -> MessageDownload {
    try await MessageDownload.open(
      ObjectLocation(bucket: bucket, key: found.message.key), in: store, within: pieces)
  }

  /// Its bytes, all at once.
  /// - Parameter limit: The most that there may be.
  func bytes(of found: Found, limit: Int) async throws -> [UInt8] {
    let (store, location) = (store, ObjectLocation(bucket: bucket, key: found.message.key))
    do {
      return try await withDedicatedThread { try store.get(location, limit: limit) }
    } catch ObjectStoreError.notFound {
      throw HTTPFault.notFound
    } catch ObjectStoreError.tooLarge {
      throw HTTPFault.tooLarge(limit: Int64(limit), actual: found.size)
    }
  }

  @available(*, noasync, message: "blocks the calling thread")
  private func find(_ key: String) throws -> Found? {
    let info = try store.open(ObjectLocation(bucket: bucket, key: key)).info
    return RejectedMessage(key: key, userMetadata: info.attributes.userMetadata).map {
      Found(message: $0, size: info.size, storedAt: info.lastModified)
    }
  }

  /// Where a message was replayed to by this process; nil where it was not.
  func replay(of key: String) -> KafkaProducer.Delivery? { replays.withLock { $0[key] } }

  func noteReplay(of key: String, _ delivery: KafkaProducer.Delivery) {
    replays.withLock { replays in
      if replays.count >= Self.mostReplays { replays.removeAll() }
      replays[key] = delivery
    }
  }
}
