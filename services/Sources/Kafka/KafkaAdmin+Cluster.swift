internal import CKafka
internal import FoundationEssentials
internal import Glibc

extension KafkaAdmin {
  /// Brokers, topics and partitions, as one broker knows them now.
  @available(*, noasync, message: "blocks the calling thread")
  public func describeCluster(within limit: Duration) throws -> ClusterDescription {
    var metadata: UnsafePointer<rd_kafka_metadata>?
    try KafkaError.check(rd_kafka_metadata(handle.client, 1, nil, &metadata, KafkaHandle.milliseconds(limit)))
    guard let metadata else { throw KafkaError.timedOut }
    defer { rd_kafka_metadata_destroy(metadata) }
    let found = metadata.pointee
    // Known from the answer: neither waits.
    let id = rd_kafka_clusterid(handle.client, 0)
    defer { free(id) }
    let controller = rd_kafka_controllerid(handle.client, 0)
    return ClusterDescription(
      id: id.map { String(cString: $0) }, controller: controller < 0 ? nil : controller,
      // The bounds are the counts that librdkafka gives with each list.
      brokers: (0..<Int(found.broker_cnt)).map { index in
        let broker = found.brokers[index]
        return .init(
          id: broker.id, host: broker.host.map { String(cString: $0) } ?? "", port: Int(broker.port))
      }.sorted { $0.id < $1.id },
      topics: (0..<Int(found.topic_cnt)).map { Self.topic(found.topics[$0]) }.sorted { $0.name < $1.name })
  }

  private static func topic(_ topic: rd_kafka_metadata_topic) -> ClusterDescription.Topic {
    ClusterDescription.Topic(
      name: topic.topic.map { String(cString: $0) } ?? "",
      partitions: (0..<Int(topic.partition_cnt)).map { index in
        let partition = topic.partitions[index]
        return .init(
          number: partition.id, leader: partition.leader < 0 ? nil : partition.leader,
          replicas: (0..<Int(partition.replica_cnt)).map { partition.replicas[$0] },
          inSync: (0..<Int(partition.isr_cnt)).map { partition.isrs[$0] })
      }.sorted { $0.number < $1.number },
      error: topic.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(topic.err))
  }

  /// A place in a partition that the broker is asked for.
  public enum OffsetQuery: Sendable, Equatable {
    /// That of the oldest message that there is, the end, and that of the first message at or after a time in
    /// milliseconds since 1970.
    case earliest, latest, time(Int64)
  }

  /// Where in partitions a place is; of a time after the last message, the end is not given, and the partition has an
  /// error or no offset.
  @available(*, noasync, message: "blocks the calling thread")
  public func offsets(
    _ query: OffsetQuery, of partitions: [TopicPartition], within limit: Duration
  ) throws -> [PartitionOffset] {
    guard !partitions.isEmpty else { return [] }
    let asked: Int64 =
      switch query {
      case .earliest: Int64(RD_KAFKA_OFFSET_SPEC_EARLIEST.rawValue)
      case .latest: Int64(RD_KAFKA_OFFSET_SPEC_LATEST.rawValue)
      case .time(let milliseconds): max(0, milliseconds)
      }
    return try PartitionList.with(partitions.map { PartitionOffset($0, .none) }) { list in
      for index in 0..<Int(list.pointee.cnt) { list.pointee.elems[index].offset = asked }
      return try handle.adminAnswer(
        RD_KAFKA_ADMIN_OP_LISTOFFSETS, within: limit,
        { options, queue in rd_kafka_ListOffsets(handle.client, list, options, queue) },
        { event in
          var count = 0
          let infos = rd_kafka_ListOffsets_result_infos(rd_kafka_event_ListOffsets_result(event), &count)
          return (0..<count).compactMap { index in
            guard let info = infos?[index], let entry = rd_kafka_ListOffsetsResultInfo_topic_partition(info) else {
              return nil
            }
            return PartitionList.read(entry.pointee)
          }
        })
    }
  }

  /// The settings of topics, by topic and name; those that are secret are left out.
  /// - Throws: What the broker said, of the first topic that it refused.
  @available(*, noasync, message: "blocks the calling thread")
  public func configuration(ofTopics topics: [String], within limit: Duration) throws -> [String: [String: String]] {
    guard !topics.isEmpty else { return [:] }
    var resources: [OpaquePointer?] = topics.map { rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, $0) }
    defer { for resource in resources { rd_kafka_ConfigResource_destroy(resource) } }
    return try handle.adminAnswer(
      RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, within: limit,
      { options, queue in rd_kafka_DescribeConfigs(handle.client, &resources, resources.count, options, queue) },
      { event in
        var count = 0
        let found = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
        var all: [String: [String: String]] = [:]
        for index in 0..<count {
          guard let resource = found?[index], let name = rd_kafka_ConfigResource_name(resource) else { continue }
          let code = rd_kafka_ConfigResource_error(resource)
          guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            throw KafkaError(code, reason: rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) })
          }
          all[String(cString: name)] = Self.entries(of: resource)
        }
        return all
      })
  }

  private static func entries(of resource: OpaquePointer) -> [String: String] {
    var count = 0
    let entries = rd_kafka_ConfigResource_configs(resource, &count)
    var values: [String: String] = [:]
    for index in 0..<count {
      guard let entry = entries?[index], rd_kafka_ConfigEntry_is_sensitive(entry) == 0,
        let name = rd_kafka_ConfigEntry_name(entry), let value = rd_kafka_ConfigEntry_value(entry)
      else { continue }
      values[String(cString: name)] = String(cString: value)
    }
    return values
  }

  private struct Statistics: Decodable {
    struct Broker: Decodable {
      struct Window: Decodable { var avg: Double }
      var nodeid: Int32
      var state: String
      var rtt: Window?
    }

    var brokers: [String: Broker]
  }

  /// How this client's connections to brokers are, by the brokers' numbers, as it was told last; nil where nothing new
  /// has come.
  ///
  /// To be called now and then by a client with `statistics.interval.ms`: lines of log wait in the same queue.
  @available(*, noasync, message: "blocks the calling thread")
  public func connections() -> [Int32: BrokerConnection]? {
    var latest: Statistics?
    while let event = KafkaHandle.event(on: handle.queue, for: .zero) {
      defer { rd_kafka_event_destroy(event) }
      guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_STATS, let text = rd_kafka_event_stats(event) else { continue }
      latest = (try? JSONDecoder().decode(Statistics.self, from: Data(String(cString: text).utf8))) ?? latest
    }
    return latest.map { statistics in
      Dictionary(
        statistics.brokers.values.filter { $0.nodeid >= 0 }.map { broker in
          let microseconds = broker.rtt?.avg ?? 0
          return (
            broker.nodeid,
            BrokerConnection(
              state: broker.state, roundTrip: microseconds > 0 ? .microseconds(Int64(microseconds)) : nil)
          )
        }, uniquingKeysWith: { first, _ in first })
    }
  }
}
