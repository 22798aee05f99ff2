/// A consumer group, as its coordinator describes it.
public struct ConsumerGroup: Sendable, Equatable {
  /// A member, and what it reads.
  public struct Member: Sendable, Equatable {
    /// As the group knows it.
    public var id: String
    /// `client.id`: what the member calls itself.
    public var clientID: String
    /// `group.instance.id`: of a static member.
    public var instanceID: String?
    /// The address that it comes from.
    public var host: String
    /// What it was given to read.
    public var partitions: [TopicPartition]
  }

  /// Its name.
  public var name: String
  /// Kafka's word: `Stable`, `Empty`, `Dead`, `PreparingRebalance`, `CompletingRebalance`; `Unknown` where the broker
  /// does not say.
  public var state: String
  /// How partitions are given out, such as `cooperative-sticky`; empty without members.
  public var assignor: String
  /// The broker that looks after it.
  public var coordinator: Int32?
  /// Its members; a broker may keep them to itself.
  public var members: [Member]
  /// Why it could not be described.
  public var error: KafkaError?

  /// Whether nobody reads for it, so that its offsets may be set from outside.
  public var isStopped: Bool { error == nil && members.isEmpty && ["Empty", "Dead"].contains(state) }
}
