internal import Kafka
internal import ObjectStorage

/// One message on its way to the store.
struct UploadJob: Sendable {
  /// By which assignment of its partition it was taken: what was taken by a former one counts no more.
  var assignment: Int
  var partition: TopicPartition
  var topicID: String
  var offset: Int64
  /// Milliseconds since 1970; nil where the message has no time.
  var timestamp: Int64?
  var key: [UInt8]?
  var headers: [KafkaHeader]
  var value: [UInt8]
  /// Why it is not kept as an image; nil for those that are.
  var rejection: Rejection?
  /// Bytes of memory that it is counted with until it is done.
  var cost: Int

  func location(in bucket: String) -> ObjectLocation {
    let (id, number) = (topicID, partition.partition)
    return ObjectLocation(
      bucket: bucket,
      key: rejection == nil
        ? ObjectKey.image(topicID: id, partition: number, offset: offset)
        : ObjectKey.rejected(topicID: id, partition: number, offset: offset, value: value))
  }
}

/// What became of a message.
enum UploadOutcome: Sendable, Equatable {
  case stored
  /// A former delivery had stored these very bytes.
  case alreadyThere
  /// Under its key other bytes are.
  case keyTaken
  /// Its partition went to another member before it was stored, or the process ends.
  case abandoned
}
