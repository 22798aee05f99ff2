internal import CKafka

/// Makes, removes and describes topics; describes the cluster and its groups, and sets groups' offsets.
///
/// Safe to use from several threads.
public final class KafkaAdmin: Sendable {
  let handle: KafkaHandle

  /// A client that belongs to no group.
  public init(_ configuration: KafkaConfiguration) throws {
    handle = try KafkaHandle(RD_KAFKA_PRODUCER, configuration, events: RD_KAFKA_EVENT_STATS)
  }

  deinit { handle.destroy() }

  /// Makes a topic.
  /// - Parameter replicas: On how many brokers; -1 for the cluster's default.
  @available(*, noasync, message: "blocks the calling thread")
  public func createTopic(_ name: String, partitions: Int32, replicas: Int32 = -1, within limit: Duration) throws {
    let (topic, reason) = ErrorText.with { rd_kafka_NewTopic_new(name, partitions, replicas, $0, $1) }
    guard topic != nil else { throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, reason: reason) }
    defer { rd_kafka_NewTopic_destroy(topic) }
    var topics = [topic]
    try handle.adminAnswer(
      RD_KAFKA_ADMIN_OP_CREATETOPICS, within: limit,
      { options, queue in rd_kafka_CreateTopics(handle.client, &topics, 1, options, queue) },
      { event in
        var count = 0
        try Self.check(rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count), count)
      })
  }

  /// Removes a topic and what is in it.
  @available(*, noasync, message: "blocks the calling thread")
  public func deleteTopic(_ name: String, within limit: Duration) throws {
    let topic = rd_kafka_DeleteTopic_new(name)
    defer { rd_kafka_DeleteTopic_destroy(topic) }
    var topics = [topic]
    try handle.adminAnswer(
      RD_KAFKA_ADMIN_OP_DELETETOPICS, within: limit,
      { options, queue in rd_kafka_DeleteTopics(handle.client, &topics, 1, options, queue) },
      { event in
        var count = 0
        try Self.check(rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count), count)
      })
  }

  /// The topics' ids, as Kafka writes them (22 letters, digits, `-`, `_`); one that is not there is not among them.
  @available(*, noasync, message: "blocks the calling thread")
  public func topicIDs(_ topics: [String], within limit: Duration) throws -> [String: String] {
    try handle.topicIDs(topics, within: limit)
  }

  private static func check(_ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int) throws {
    // The bound is the count that librdkafka gave with it.
    for index in 0..<count {
      let code = rd_kafka_topic_result_error(results?[index])
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        throw KafkaError(code, reason: rd_kafka_topic_result_error_string(results?[index]).map { String(cString: $0) })
      }
    }
  }
}
