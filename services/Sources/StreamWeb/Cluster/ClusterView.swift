internal import Kafka

/// The cluster as one look found it: what the pages show.
struct ClusterView: Sendable {
  struct Partition: Sendable {
    var number: Int32
    var leader: Int32?
    var replicas: [Int32]
    var inSync: [Int32]
    /// That of the oldest message, and the one after the last; nil where the broker did not say.
    var start: Int64?
    var end: Int64?

    var messages: Int64? { start.flatMap { start in end.map { max(0, $0 - start) } } }
    var isUnderReplicated: Bool { inSync.count < replicas.count }
  }

  struct Topic: Sendable {
    var name: String
    var partitions: [Partition]
    /// The topic's settings by their names; nil where the broker did not say.
    var configuration: [String: String]?

    var messages: Int64? {
      let known = partitions.compactMap(\.messages)
      return known.count == partitions.count ? known.reduce(0, +) : nil
    }
  }

  struct Lag: Sendable {
    var partition: TopicPartition
    var committed: Int64
    /// Nil where the end is not known.
    var end: Int64?

    var messages: Int64? { end.map { max(0, $0 - committed) } }
  }

  struct Group: Sendable {
    var description: ConsumerGroup
    /// By topic and partition.
    var lags: [Lag]
    /// Why its offsets are not known.
    var problem: String?

    var name: String { description.name }
    var lag: Int64 { lags.reduce(0) { $0 + ($1.messages ?? 0) } }
  }

  struct Broker: Sendable {
    var id: Int32
    var host: String
    var port: Int
    var isController: Bool
    /// Whether the cluster counts it in.
    var isThere: Bool
    /// Nil before anything was asked of it.
    var connection: BrokerConnection?

    /// In a word: what the cluster says, then what this client's own connection says.
    var state: String {
      guard isThere else { return "gone" }
      return switch connection?.state {
      case nil, "INIT": "not asked"
      case "UP"?: "up"
      case "DOWN"?: "down"
      case .some(let other): other.lowercased().replacing("_", with: " ")
      }
    }
  }

  var id: String?
  var brokers: [Broker]
  /// By their names; internal ones left out.
  var topics: [Topic]
  /// By their names.
  var groups: [Group]
  /// What could not be found out, a sentence each.
  var problems: [String]

  /// Nothing yet.
  init() { (brokers, topics, groups, problems) = ([], [], [], []) }

  func group(_ name: String) -> Group? { groups.first { $0.name == name } }
  func topic(_ name: String) -> Topic? { topics.first { $0.name == name } }
}
