/// What a cluster tells of itself.
public struct ClusterDescription: Sendable, Equatable {
  /// A broker that takes part.
  public struct Broker: Sendable, Equatable {
    /// Its number in the cluster.
    public var id: Int32
    /// Where clients reach it.
    public var host: String
    /// Where clients reach it.
    public var port: Int
  }

  /// A topic and its partitions.
  public struct Topic: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Its partitions, by their numbers.
    public var partitions: [Partition]
    /// What the broker said in place of it.
    public var error: KafkaError?
  }

  /// A partition and where it is kept.
  public struct Partition: Sendable, Equatable {
    /// Its number in the topic.
    public var number: Int32
    /// The broker that takes its messages; nil while there is none.
    public var leader: Int32?
    /// The brokers that are to have it.
    public var replicas: [Int32]
    /// Those of them that have all of it.
    public var inSync: [Int32]
  }

  /// Names the cluster; nil where it does not say.
  public var id: String?
  /// The broker that is the controller, or stands for it (KRaft); nil where it is not known.
  public var controller: Int32?
  /// The brokers that are there, by their numbers.
  public var brokers: [Broker]
  /// The topics, by their names, internal ones too.
  public var topics: [Topic]
}

/// How a client's connection to a broker is, as librdkafka's statistics tell.
public struct BrokerConnection: Sendable, Equatable {
  /// librdkafka's word, such as `UP`, `DOWN`, `AUTH_REQ`; `INIT` before the first request.
  public var state: String
  /// What a request took on average lately; nil where there was none.
  public var roundTrip: Duration?
}
