internal import CKafka
public import Kafka

/// librdkafka's own cluster, in this process: brokers that do what a test asks for.
///
/// It keeps 5 MB a partition and drops what is older. For faults, not for proofs that nothing is lost.
public final class MockCluster: @unchecked Sendable {
  /// Kafka's numbers of requests.
  public enum Request: Int16 {
    case produce = 0
    case fetch = 1
    case offsetCommit = 8
  }

  private let client: OpaquePointer
  private let cluster: OpaquePointer

  /// Starts a cluster, which ends with this object.
  public init(brokers: Int32 = 1) throws {
    var buffer = [CChar](repeating: 0, count: 512)
    guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), &buffer, buffer.count),
      let cluster = rd_kafka_mock_cluster_new(client, brokers)
    else { throw KafkaError(code: -1) }
    (self.client, self.cluster) = (client, cluster)
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 50)
  }

  deinit {
    rd_kafka_mock_cluster_destroy(cluster)
    rd_kafka_destroy(client)
  }

  /// Properties that lead a client here.
  public var configuration: KafkaConfiguration {
    let brokers = rd_kafka_mock_cluster_bootstraps(cluster).map { String(cString: $0) } ?? ""
    return KafkaConfiguration(["bootstrap.servers": brokers, "log_level": "0"])
  }

  /// Makes a topic, in place of the one that would be made by itself.
  public func makeTopic(_ name: String, partitions: Int32) {
    rd_kafka_mock_topic_create(cluster, name, partitions, 1)
  }

  /// Answers the next requests of a kind with these errors.
  public func fail(_ request: Request, with codes: [Int32]) {
    let errors = codes.map { rd_kafka_resp_err_t(rawValue: $0) }
    rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, errors.count, errors)
  }

  /// Ends the brokers, or starts them again.
  public func set(down: Bool, broker: Int32 = 1) {
    if down {
      rd_kafka_mock_broker_set_down(cluster, broker)
    } else {
      rd_kafka_mock_broker_set_up(cluster, broker)
    }
  }
}

/// Kafka's numbers of errors.
public enum BrokerError {
  /// `REQUEST_TIMED_OUT`.
  public static let requestTimedOut: Int32 = 7
  /// `COORDINATOR_LOAD_IN_PROGRESS`.
  public static let coordinatorLoading: Int32 = 14
  /// `NOT_ENOUGH_REPLICAS`.
  public static let notEnoughReplicas: Int32 = 19
  /// `OUT_OF_ORDER_SEQUENCE_NUMBER`.
  public static let outOfOrderSequence: Int32 = 45
  /// `REBALANCE_IN_PROGRESS`.
  public static let rebalanceInProgress: Int32 = 27
}
