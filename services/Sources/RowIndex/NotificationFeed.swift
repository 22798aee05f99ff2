import FoundationEssentials
public import ImageProcessing
import LambdaEvents
public import Logging
public import ObjectStorage
import Threads

/// Feeds the index by a queue of the processed bucket's notifications.
///
/// A message is deleted once its rows are in the index; one that cannot be read is named in the log and left for the
/// dead-letter queue.
public final class NotificationFeed: Sendable {
  private let index: RowIndex
  private let store: any ObjectStore
  private let processedBucket: String
  private let queue: any MessageQueue
  private let logger: Logger

  private static let visibility: Duration = .seconds(60)
  private static let pause: Duration = .seconds(5)

  /// - Parameter queue: Of notifications of the processed bucket, for keys that begin with `metadata/`.
  public init(
    index: RowIndex, store: any ObjectStore, processedBucket: String, queue: any MessageQueue, logger: Logger
  ) {
    self.index = index
    self.store = store
    self.processedBucket = processedBucket
    self.queue = queue
    self.logger = logger
  }

  /// Works until the task is cancelled; a queue that fails is asked again after a pause.
  public func run() async {
    while !Task.isCancelled {
      do {
        let queue = queue
        let messages = try await withDedicatedThread {
          try queue.receive(atMost: 10, wait: .seconds(10), visibilityTimeout: Self.visibility)
        }
        for message in messages { await take(message) }
      } catch is CancellationError {
        return
      } catch {
        logger.warning("index: the queue of notifications cannot be read, to be tried again: \(error)")
        try? await Task.sleep(for: Self.pause)
      }
    }
  }

  private func take(_ message: SQSMessage) async {
    do {
      if case .objects(let events) = try S3Notification.decode(message.body) {
        let rows = events.filter {
          $0.isCreation && $0.bucket == processedBucket && $0.key.utf8.starts(with: "metadata/".utf8)
        }
        let locations = rows.map { ObjectLocation(bucket: $0.bucket, key: $0.key) }
        let store = store
        let found = try await withDedicatedThread { try MetadataReader(store: store).read(locations) }
        _ = try await index.put(found.compactMap { try $0.record?.get() }.map { try ImageColumns($0) })
      }
      let queue = queue
      try await withDedicatedThread { try queue.delete(message) }
    } catch {
      logger.error(
        "index: a notification was not taken in, to be delivered again: \(error)",
        metadata: ["message_id": "\(message.messageID)"])
    }
  }
}
