internal import Kafka

/// A partition that this member reads, from one assignment to its end.
struct AssignedPartition {
  let partition: TopicPartition
  /// Counts assignments, so that what was taken by a former one is told from this one's.
  let assignment: Int
  let topicID: String
  /// What the group had committed; nil where it had nothing that counts.
  let committedAtStart: Int64?
  var tracker = OffsetTracker()
  /// What was last sent to the broker, and has not been refused.
  var sent: Int64?
  /// When the messages that hold the commit back were made, by offset; no more than are outstanding.
  var timestamps: [Int64: Int64] = [:]

  /// What has to be committed; nil for nothing new.
  var due: PartitionOffset? { tracker.committable == sent ? nil : committable }

  /// What may be committed, whether it was sent before or not; nil for nothing.
  ///
  /// The topic's id goes with it: a commit for a topic of that name that is gone counts no more.
  var committable: PartitionOffset? {
    tracker.committable.map { PartitionOffset(partition, .at($0), metadata: topicID) }
  }

  mutating func complete(_ offset: Int64) {
    tracker.complete(offset)
    timestamps[offset] = nil
  }
}
