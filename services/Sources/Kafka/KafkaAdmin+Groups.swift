internal import CKafka

extension KafkaAdmin {
  /// The names of all consumer groups that this client may see.
  /// - Throws: What a broker said, when no broker told of any.
  @available(*, noasync, message: "blocks the calling thread")
  public func groupNames(within limit: Duration) throws -> [String] {
    try handle.adminAnswer(
      RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, within: limit,
      { options, queue in rd_kafka_ListConsumerGroups(handle.client, options, queue) },
      { event in
        let result = rd_kafka_event_ListConsumerGroups_result(event)
        var (count, failed) = (0, 0)
        let listed = rd_kafka_ListConsumerGroups_result_valid(result, &count)
        let errors = rd_kafka_ListConsumerGroups_result_errors(result, &failed)
        if count == 0, failed > 0, let error = errors?[0] {
          throw KafkaError(
            rd_kafka_error_code(error), reason: rd_kafka_error_string(error).map { String(cString: $0) })
        }
        return (0..<count).compactMap { index in
          listed?[index].flatMap { rd_kafka_ConsumerGroupListing_group_id($0) }.map { String(cString: $0) }
        }.sorted()
      })
  }

  /// Groups with their members; one that is not there is `Dead`.
  @available(*, noasync, message: "blocks the calling thread")
  public func describe(groups names: [String], within limit: Duration) throws -> [ConsumerGroup] {
    guard !names.isEmpty else { return [] }
    return try CStrings.with(names) { pointers in
      try handle.adminAnswer(
        RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, within: limit,
        { options, queue in
          rd_kafka_DescribeConsumerGroups(handle.client, &pointers, pointers.count, options, queue)
        },
        { event in
          var count = 0
          let groups = rd_kafka_DescribeConsumerGroups_result_groups(
            rd_kafka_event_DescribeConsumerGroups_result(event), &count)
          return (0..<count).compactMap { index in groups?[index].map(Self.group) }
        })
    }
  }

  private static func group(_ description: OpaquePointer) -> ConsumerGroup {
    let error = rd_kafka_ConsumerGroupDescription_error(description)
    let code = error.map { rd_kafka_error_code($0) } ?? RD_KAFKA_RESP_ERR_NO_ERROR
    return ConsumerGroup(
      name: text(rd_kafka_ConsumerGroupDescription_group_id(description)),
      state: text(rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(description))),
      assignor: text(rd_kafka_ConsumerGroupDescription_partition_assignor(description)),
      coordinator: rd_kafka_ConsumerGroupDescription_coordinator(description).map { rd_kafka_Node_id($0) },
      // The bound is librdkafka's own count.
      members: (0..<rd_kafka_ConsumerGroupDescription_member_count(description)).compactMap { index in
        rd_kafka_ConsumerGroupDescription_member(description, index).map(Self.member)
      },
      error: code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code))
  }

  private static func member(_ member: OpaquePointer) -> ConsumerGroup.Member {
    let assignment = rd_kafka_MemberDescription_assignment(member)
    let partitions = assignment.flatMap { rd_kafka_MemberAssignment_partitions($0) }
    return ConsumerGroup.Member(
      id: text(rd_kafka_MemberDescription_consumer_id(member)),
      clientID: text(rd_kafka_MemberDescription_client_id(member)),
      instanceID: rd_kafka_MemberDescription_group_instance_id(member).map { String(cString: $0) },
      host: text(rd_kafka_MemberDescription_host(member)), partitions: PartitionList.read(partitions).map(\.partition))
  }

  private static func text(_ words: UnsafePointer<CChar>?) -> String { words.map { String(cString: $0) } ?? "" }

  /// All that a group has committed.
  @available(*, noasync, message: "blocks the calling thread")
  public func committedOffsets(of group: String, within limit: Duration) throws -> [PartitionOffset] {
    var request: [OpaquePointer?] = [rd_kafka_ListConsumerGroupOffsets_new(group, nil)]
    defer { rd_kafka_ListConsumerGroupOffsets_destroy(request[0]) }
    return try handle.adminAnswer(
      RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, within: limit,
      { options, queue in rd_kafka_ListConsumerGroupOffsets(handle.client, &request, 1, options, queue) },
      { event in
        var count = 0
        let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
          rd_kafka_event_ListConsumerGroupOffsets_result(event), &count)
        return try Self.places(groups, count)
      })
  }

  /// Sets where a group goes on reading, which only a group without members lets be done.
  /// - Throws: What the broker said.
  @available(*, noasync, message: "blocks the calling thread")
  public func setOffsets(of group: String, to places: [PartitionOffset], within limit: Duration) throws {
    try PartitionList.with(places) { list in
      var request: [OpaquePointer?] = [rd_kafka_AlterConsumerGroupOffsets_new(group, list)]
      defer { rd_kafka_AlterConsumerGroupOffsets_destroy(request[0]) }
      let set = try handle.adminAnswer(
        RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, within: limit,
        { options, queue in rd_kafka_AlterConsumerGroupOffsets(handle.client, &request, 1, options, queue) },
        { event in
          var count = 0
          let groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
            rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count)
          return try Self.places(groups, count)
        })
      if let error = set.compactMap(\.error).first { throw error }
    }
  }

  private static func places(_ groups: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int) throws -> [PartitionOffset]
  {
    guard count > 0, let group = groups?[0] else { return [] }
    if let error = rd_kafka_group_result_error(group) {
      throw KafkaError(rd_kafka_error_code(error), reason: text(rd_kafka_error_string(error)))
    }
    return PartitionList.read(rd_kafka_group_result_partitions(group))
  }
}
