internal import CKafka

/// A member of a consumer group, with each partition's messages on a queue of its own.
///
/// As librdkafka's manual has it, with two differences. Nothing is called back: a rebalance comes as an event of
/// `poll`, and holds until `assign` or `unassign` answers it. And messages do not come by `poll`: whoever has room for
/// one takes it from a partition, so that what is taken is bounded while `poll` is called as often as the group demands
/// (`max.poll.interval.ms`). Used by one thread at a time, never one of Swift concurrency's pool.
public final class KafkaConsumer {
  /// What `poll` tells.
  public enum Event: Sendable {
    /// Partitions that are to be read from now on: `assign` answers.
    case assign([TopicPartition])
    /// Partitions that go to others: `unassign` answers. Of lost ones others have perhaps begun to read already, and
    /// nothing can be committed any more.
    case revoke([TopicPartition], isLost: Bool)
    /// What became of a `commit`.
    case committed([PartitionOffset], KafkaError?)
    /// Something went wrong; unless it is fatal, librdkafka goes on trying.
    case error(KafkaError)
    /// A line that librdkafka would log; 0 to 7, as syslog counts severities.
    case log(severity: Int32, String)
  }

  private let handle: KafkaHandle
  private let commits: OpaquePointer
  private var queues: [TopicPartition: PartitionQueue] = [:]
  private var wakeDescriptor: Int32 = -1
  private var isClosed = false

  /// - Parameter configuration: With `group.id`. Offsets are neither stored nor committed by librdkafka itself.
  public init(_ configuration: KafkaConfiguration) throws {
    var configuration = configuration
    configuration["enable.auto.commit"] = "false"
    configuration["enable.auto.offset.store"] = "false"
    handle = try KafkaHandle(
      RD_KAFKA_CONSUMER, configuration, events: RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT)
    guard let queue = rd_kafka_queue_new(handle.client) else {
      handle.destroy()
      throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE)
    }
    commits = queue
  }

  deinit { release() }

  /// Has a byte written to a descriptor when there is something to poll or to take, where there was nothing before.
  /// - Parameter descriptor: A non-blocking one, such as a pipe's end, which outlives the consumer.
  public func wake(by descriptor: Int32) {
    wakeDescriptor = descriptor
    enableWake(handle.queue)
    enableWake(commits)
  }

  private func enableWake(_ queue: OpaquePointer) {
    var byte: UInt8 = 1
    if wakeDescriptor >= 0 { rd_kafka_queue_io_event_enable(queue, wakeDescriptor, &byte, 1) }
  }

  /// Joins the group for these topics; names that begin with `^` are regular expressions.
  public func subscribe(_ topics: [String]) throws {
    try PartitionList.with(topics.map { PartitionOffset(TopicPartition($0, -1), .none) }) {
      try KafkaError.check(rd_kafka_subscribe(handle.client, $0))
    }
  }

  /// The next event; nil when none came in time.
  @available(*, noasync, message: "blocks the calling thread")
  public func poll(for wait: Duration) -> Event? {
    if let event = KafkaHandle.event(on: commits, for: .zero) {
      defer { rd_kafka_event_destroy(event) }
      return read(event)
    }
    guard let event = KafkaHandle.event(on: handle.queue, for: wait) else { return nil }
    defer { rd_kafka_event_destroy(event) }
    return read(event)
  }

  private func read(_ event: OpaquePointer) -> Event? {
    let code = rd_kafka_event_error(event)
    switch rd_kafka_event_type(event) {
    case RD_KAFKA_EVENT_REBALANCE:
      let partitions = PartitionList.read(rd_kafka_event_topic_partition_list(event)).map(\.partition)
      return code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS
        ? .assign(partitions) : .revoke(partitions, isLost: rd_kafka_assignment_lost(handle.client) != 0)
    case RD_KAFKA_EVENT_OFFSET_COMMIT:
      return .committed(
        PartitionList.read(rd_kafka_event_topic_partition_list(event)),
        code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code))
    case RD_KAFKA_EVENT_LOG:
      var (facility, text, severity) = (UnsafePointer<CChar>?.none, UnsafePointer<CChar>?.none, Int32(0))
      guard rd_kafka_event_log(event, &facility, &text, &severity) == 0 else { return nil }
      let words = [facility, text].compactMap { $0.map { String(cString: $0) } }
      return .log(severity: severity, words.joined(separator: ": "))
    case RD_KAFKA_EVENT_ERROR:
      return .error(fatal(code, rd_kafka_event_error_string(event).map { String(cString: $0) }))
    default:
      return code == RD_KAFKA_RESP_ERR_NO_ERROR
        ? nil : .error(KafkaError(code, reason: rd_kafka_event_error_string(event).map { String(cString: $0) }))
    }
  }

  /// The error beneath, where librdkafka says no more than that there is a fatal one.
  private func fatal(_ code: rd_kafka_resp_err_t, _ reason: String?) -> KafkaError {
    guard code == RD_KAFKA_RESP_ERR__FATAL else { return KafkaError(code, reason: reason) }
    let (beneath, words) = ErrorText.with { rd_kafka_fatal_error(handle.client, $0, $1) }
    return KafkaError(code: beneath.rawValue, reason: words, isFatal: true)
  }

  /// Whether members give up only what another one gets (`cooperative-sticky`), and not everything.
  public var isCooperative: Bool {
    rd_kafka_rebalance_protocol(handle.client).map { String(cString: $0) } == "COOPERATIVE"
  }

  /// Begins to read partitions, in answer to the event that named them.
  ///
  /// Their queues are cut off from the consumer's first, so that no message comes by another way.
  public func assign(_ places: [PartitionOffset]) throws {
    for place in places {
      guard
        let queue = rd_kafka_queue_get_partition(handle.client, place.partition.topic, place.partition.partition)
      else { throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) }
      rd_kafka_queue_forward(queue, nil)
      enableWake(queue)
      queues[place.partition] = PartitionQueue(queue)
    }
    try PartitionList.with(places) { list in
      if isCooperative {
        try KafkaError.check(rd_kafka_incremental_assign(handle.client, list))
      } else {
        try KafkaError.check(rd_kafka_assign(handle.client, list))
      }
    }
  }

  /// Ends the reading of partitions, in answer to the event that named them.
  public func unassign(_ partitions: [TopicPartition]) throws {
    for partition in partitions { queues[partition] = nil }
    if isCooperative {
      try PartitionList.with(partitions.map { PartitionOffset($0, .none) }) {
        try KafkaError.check(rd_kafka_incremental_unassign(handle.client, $0))
      }
    } else {
      queues = [:]
      try KafkaError.check(rd_kafka_assign(handle.client, nil))
    }
  }

  /// Takes the next message of a partition, or the error in its place; nil when none has come.
  public func takeMessage(from partition: TopicPartition) -> KafkaMessage? {
    guard let queue = queues[partition] else { return nil }
    var message: UnsafeMutablePointer<rd_kafka_message_t>?
    guard rd_kafka_consume_batch_queue(queue.queue, 0, &message, 1) == 1, let message else { return nil }
    return KafkaMessage(message, from: queue)
  }

  /// Commits places and does not wait; `poll` tells what became of it.
  public func commit(_ places: [PartitionOffset]) throws {
    try PartitionList.with(places) {
      try KafkaError.check(rd_kafka_commit_queue(handle.client, $0, commits, nil, nil))
    }
  }

  /// Commits places and waits for the broker.
  /// - Throws: What the broker said; `KafkaError.timedOut` when it said nothing: the commit may have been made.
  @available(*, noasync, message: "blocks the calling thread")
  public func commit(_ places: [PartitionOffset], within limit: Duration) throws {
    let answers = try handle.answer(
      within: limit,
      { queue in
        try PartitionList.with(places) {
          try KafkaError.check(rd_kafka_commit_queue(handle.client, $0, queue, nil, nil))
        }
      },
      { PartitionList.read(rd_kafka_event_topic_partition_list($0)) })
    if let error = answers.compactMap(\.error).first { throw error }
  }

  /// What the group has committed of partitions.
  @available(*, noasync, message: "blocks the calling thread")
  public func committed(_ partitions: [TopicPartition], within limit: Duration) throws -> [PartitionOffset] {
    let places = try PartitionList.with(partitions.map { PartitionOffset($0, .none) }) { list in
      try KafkaError.check(rd_kafka_committed(handle.client, list, KafkaHandle.milliseconds(limit)))
      return PartitionList.read(list)
    }
    if let error = places.compactMap(\.error).first { throw error }
    return places
  }

  /// The end of a partition as the last fetch told it, the offset that comes next; nil before the first.
  public func endOffset(of partition: TopicPartition) -> Int64? {
    var (low, high) = (Int64(0), Int64(0))
    let code = rd_kafka_get_watermark_offsets(handle.client, partition.topic, partition.partition, &low, &high)
    return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
  }

  /// The oldest offset that the broker still has, asked of it.
  @available(*, noasync, message: "blocks the calling thread")
  public func beginningOffset(of partition: TopicPartition, within limit: Duration) throws -> Int64 {
    var (low, high) = (Int64(0), Int64(0))
    try KafkaError.check(
      rd_kafka_query_watermark_offsets(
        handle.client, partition.topic, partition.partition, &low, &high, KafkaHandle.milliseconds(limit)))
    return low
  }

  /// The topics' ids, as Kafka writes them (22 letters, digits, `-`, `_`); one that is not there is not among them.
  ///
  /// A topic that was made anew under its name has another one.
  @available(*, noasync, message: "blocks the calling thread")
  public func topicIDs(_ topics: [String], within limit: Duration) throws -> [String: String] {
    try handle.topicIDs(topics, within: limit)
  }

  /// Leaves the group (a static member does not) and ends the client, with or without the broker's help.
  ///
  /// No message that was taken may live on.
  /// - Returns: Whether the broker was told in time.
  @available(*, noasync, message: "blocks the calling thread")
  public func close(within limit: Duration) -> Bool {
    let end = ContinuousClock.now + limit
    if let error = rd_kafka_consumer_close_queue(handle.client, handle.queue) {
      rd_kafka_error_destroy(error)
    } else {
      while rd_kafka_consumer_closed(handle.client) == 0, ContinuousClock.now < end {
        // What is revoked now is given up as it stands; whoever closes has committed before.
        if case .revoke(let partitions, _)? = poll(for: .milliseconds(50)) { try? unassign(partitions) }
      }
    }
    let isTold = rd_kafka_consumer_closed(handle.client) != 0
    release()
    return isTold
  }

  private func release() {
    guard !isClosed else { return }
    isClosed = true
    queues = [:]
    rd_kafka_queue_destroy(commits)
    handle.destroy()
  }
}

/// The queue of one partition's messages.
final class PartitionQueue {
  let queue: OpaquePointer
  init(_ queue: OpaquePointer) { self.queue = queue }
  deinit {
    rd_kafka_queue_io_event_enable(queue, -1, nil, 0)
    rd_kafka_queue_destroy(queue)
  }
}
