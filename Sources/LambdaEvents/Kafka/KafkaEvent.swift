/// Records of topics of Amazon MSK, or of Apache Kafka that you run (AWS Lambda Developer Guide, "Using Lambda with
/// Amazon MSK").
public struct KafkaEvent: Codable, Sendable, Equatable {
  /// Whose cluster it is.
  public var eventSource: EventSource
  /// The cluster of Amazon MSK.
  public var eventSourceARN: String?
  /// The brokers, with a comma between them.
  public var bootstrapServers: String?
  /// The records by topic and partition, `topic-0`, those of a partition in order.
  public var recordsByPartition: [String: [KafkaRecord]]

  /// Whose cluster records come from.
  public struct EventSource: RawRepresentable, Codable, Sendable, Hashable {
    /// The value as AWS writes it.
    public var rawValue: String

    /// Takes any value: AWS may add to those below.
    public init(rawValue: String) {
      self.rawValue = rawValue
    }

    /// Amazon MSK's.
    public static let msk = EventSource(rawValue: "aws:kafka")
    /// Your own.
    public static let selfManaged = EventSource(rawValue: "SelfManagedKafka")
  }

  /// Makes one, as for a test.
  public init(
    eventSource: EventSource, recordsByPartition: [String: [KafkaRecord]], eventSourceARN: String? = nil,
    bootstrapServers: String? = nil
  ) {
    self.eventSource = eventSource
    self.eventSourceARN = eventSourceARN
    self.bootstrapServers = bootstrapServers
    self.recordsByPartition = recordsByPartition
  }

  enum CodingKeys: String, CodingKey {
    case eventSource
    case eventSourceARN = "eventSourceArn"
    case bootstrapServers
    case recordsByPartition = "records"
  }
}
