public import AWSServices
import FoundationEssentials
import LambdaEvents
public import Logging
public import ObjectStorage
import Threads

/// Feeds the index by a queue of the processed bucket's notifications.
///
/// A message is deleted once its rows are in the index. One whose rows cannot be read just now comes again; one that is
/// no notification, or whose rows are none, is named in the log and left for the dead-letter queue.
public final class NotificationFeed: Sendable {
  private let index: RowIndex
  private let store: any ObjectStore
  private let processedBucket: String
  private let sqs: SQSClient
  private let queue: SQSQueueURL
  private let logger: Logger

  private static let visibility: Duration = .seconds(60)
  private static let pause: Duration = .seconds(5)

  /// - Parameter queue: Of notifications of the processed bucket, for keys that begin with `metadata/`.
  public init(
    index: RowIndex, store: any ObjectStore, processedBucket: String, sqs: SQSClient, queue: SQSQueueURL,
    logger: Logger
  ) {
    self.index = index
    self.store = store
    self.processedBucket = processedBucket
    self.sqs = sqs
    self.queue = queue
    self.logger = logger
  }

  /// Works until the task is cancelled; a queue that fails is asked again after a pause.
  public func run() async {
    while !Task.isCancelled {
      do {
        let logger = logger
        let messages = try await sqs.receive(from: queue.text, visibilityTimeout: Self.visibility) { error in
          logger.error("index: a notification is left out, to be delivered again: \(error)")
        }
        await withTaskGroup(of: Void.self) { group in
          for message in messages { group.addTask { await self.take(message) } }
        }
      } catch is CancellationError {
        return
      } catch {
        logger.warning("index: the queue of notifications cannot be read, to be tried again: \(error)")
        try? await Task.sleep(for: Self.pause)
      }
    }
  }

  private func take(_ message: SQSReceivedMessage) async {
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
      try await sqs.delete(message.receipt, from: queue.text)
    } catch {
      logger.error(
        "index: a notification was not taken in, to be delivered again: \(error)",
        metadata: ["message_id": "\(message.id)"])
    }
  }
}
