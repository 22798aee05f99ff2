/// A partition of a topic.
public struct TopicPartition: Hashable, Sendable, CustomStringConvertible {
  /// The topic's name.
  public var topic: String
  /// From 0.
  public var partition: Int32

  /// A partition that need not be there.
  public init(_ topic: String, _ partition: Int32) {
    self.topic = topic
    self.partition = partition
  }

  /// `topic[0]`, as librdkafka writes it.
  public var description: String { "\(topic)[\(partition)]" }
}

/// A place in a partition: that of the message to be read next.
public struct PartitionOffset: Equatable, Sendable, CustomStringConvertible {
  /// Where in a partition.
  public enum Offset: Equatable, Sendable {
    /// The message with this number, or the next one that there is.
    case at(Int64)
    /// The oldest message that the broker still has.
    case beginning
    /// Nobody has committed anything.
    case none
  }

  /// Of which partition.
  public var partition: TopicPartition
  /// Where in it.
  public var offset: Offset
  /// What whoever committed it wrote beside it.
  public var metadata: String
  /// Why it could not be committed or fetched.
  public var error: KafkaError?

  /// A place to begin at, or to be committed.
  public init(_ partition: TopicPartition, _ offset: Offset, metadata: String = "") {
    self.partition = partition
    self.offset = offset
    self.metadata = metadata
  }

  /// Partition, place and what was wrong.
  public var description: String {
    let place =
      switch offset {
      case .at(let number): "\(number)"
      case .beginning: "beginning"
      case .none: "none"
      }
    return "\(partition)@\(place)\(error.map { " (\($0))" } ?? "")"
  }
}
