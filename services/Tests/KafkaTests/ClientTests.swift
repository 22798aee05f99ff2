import Kafka
import KafkaFixtures
import Testing
import Threads

@Suite(.serialized) struct ClientTests {
  /// Polls until something holds, with the assignment that the group gives, from the beginning.
  private func read(
    _ consumer: KafkaConsumer, for limit: Duration = .seconds(15), until isDone: (inout [TopicPartition]) -> Bool
  ) throws {
    let end = ContinuousClock.now + limit
    var partitions: [TopicPartition] = []
    while ContinuousClock.now < end {
      switch consumer.poll(for: .milliseconds(20)) {
      case .assign(let added):
        partitions += added
        try consumer.assign(added.map { PartitionOffset($0, .beginning) })
      case .revoke(let removed, _):
        partitions.removeAll { removed.contains($0) }
        try consumer.unassign(removed)
      default: break
      }
      if isDone(&partitions) { return }
    }
    Issue.record("not in \(limit)")
  }

  private func consumer(_ cluster: MockCluster, group: String = "group") throws -> KafkaConsumer {
    var configuration = cluster.configuration
    configuration["group.id"] = group
    configuration["fetch.wait.max.ms"] = "50"
    return try KafkaConsumer(configuration)
  }

  @Test("key, value and headers come as they were sent; null is not empty")
  func roundTrip() throws {
    let cluster = try MockCluster()
    cluster.makeTopic("images", partitions: 1)
    let producer = try KafkaProducer(cluster.configuration)
    let headers = [KafkaHeader("a", [0, 255]), KafkaHeader("a", nil), KafkaHeader("", [])]
    let sent = try producer.send(topic: "images", key: [0, 1], value: [1, 2, 3], headers: headers)
    #expect(sent.partition == TopicPartition("images", 0) && sent.offset == 0)
    _ = try producer.send(topic: "images", value: [])
    _ = try producer.send(topic: "images", value: nil)
    producer.close()

    let consumer = try consumer(cluster)
    try consumer.subscribe(["images"])
    var seen: [(offset: Int64, size: Int?, key: [UInt8]?, value: [UInt8], headers: [KafkaHeader])] = []
    try read(consumer) { partitions in
      for partition in partitions {
        while let message = consumer.takeMessage(from: partition) {
          seen.append((message.offset, message.size, message.key, message.value, message.headers))
        }
      }
      return seen.count == 3
    }
    #expect(seen.map(\.offset) == [0, 1, 2])
    #expect(seen.map(\.size) == [3, 0, nil])
    #expect(seen[0].key == [0, 1] && seen[1].key == nil)
    #expect(seen[0].value == [1, 2, 3])
    #expect(seen[0].headers == headers && seen[1].headers.isEmpty)
    #expect(consumer.close(within: .seconds(10)))
  }

  @Test("a delivery goes on over errors that pass, and is acknowledged once")
  func deliveryRetries() throws {
    let cluster = try MockCluster()
    let producer = try KafkaProducer(cluster.configuration)
    cluster.fail(.produce, with: [BrokerError.notEnoughReplicas, BrokerError.requestTimedOut])
    #expect(try producer.send(topic: "images", partition: 0, value: [1]).offset == 0)
    #expect(try producer.send(topic: "images", partition: 0, value: [2]).offset == 1)
    producer.close()
  }

  @Test("what cannot be sent is told: at once by its size, later when no broker answers")
  func deliveryFailures() throws {
    let cluster = try MockCluster()
    var configuration = cluster.configuration
    configuration["message.max.bytes"] = "1000"
    configuration["message.timeout.ms"] = "1000"
    let producer = try KafkaProducer(configuration)
    let error = #expect(throws: KafkaError.self) {
      try producer.send(topic: "images", value: [UInt8](repeating: 0, count: 2000))
    }
    #expect(error?.name == "MSG_SIZE_TOO_LARGE")
    cluster.set(down: true)
    let failure = #expect(throws: KafkaProducer.DeliveryFailure.self) {
      try producer.send(topic: "images", value: [1])
    }
    #expect(failure?.error.name == "_MSG_TIMED_OUT")
    #expect(failure?.isPerhapsStored == false)
    producer.close()
  }

  @Test("a producer that ends tells of every message")
  func closing() throws {
    let cluster = try MockCluster()
    let producer = try KafkaProducer(cluster.configuration)
    cluster.set(down: true)
    let told = Monitor(0)
    for _ in 0..<5 { try producer.produce(topic: "images", value: [1]) { _ in told.change { $0 += 1 } } }
    #expect(producer.flush(within: .milliseconds(300)) == 5)
    producer.close()
    #expect(told.change { $0 } == 5)
  }

  @Test("what is handed over while a producer ends is refused or told of, each once")
  func closingWhileSending() throws {
    let cluster = try MockCluster()
    cluster.makeTopic("images", partitions: 1)
    var configuration = cluster.configuration
    configuration["queue.buffering.max.messages"] = "1000"
    let producer = try KafkaProducer(configuration)
    let told = Monitor(0)
    let senders = try (0..<4).map { _ in
      try ThreadFuture { () -> Int in
        var taken = 0
        while true {
          do throws(KafkaError) {
            try producer.produce(topic: "images", value: [1]) { _ in told.change { $0 += 1 } }
            taken += 1
          } catch {
            if error.isOfClosedClient { return taken }
          }
          _ = producer.waiting
        }
      }
    }
    _ = told.wait { $0 > 100 ? true : nil }
    producer.close()
    let taken = try senders.map { try $0.get() }.reduce(0, +)
    #expect(told.change { $0 } == taken)
    #expect(producer.waiting == 0 && producer.flush(within: .seconds(1)) == 0)
    producer.close()
  }

  @Test("what is committed is there for the next member, with what was written beside it")
  func commits() throws {
    let cluster = try MockCluster()
    cluster.makeTopic("images", partitions: 2)
    let consumer = try consumer(cluster)
    let partition = TopicPartition("images", 1)
    try consumer.commit([PartitionOffset(partition, .at(7), metadata: "beside")], within: .seconds(10))
    let found = try consumer.committed([TopicPartition("images", 0), partition], within: .seconds(10))
    #expect(found.map(\.offset) == [.none, .at(7)])
    #expect(found[1].metadata == "beside")
    cluster.fail(.offsetCommit, with: [BrokerError.rebalanceInProgress])
    let error = #expect(throws: KafkaError.self) {
      try consumer.commit([PartitionOffset(partition, .at(8))], within: .seconds(10))
    }
    #expect(error?.isCommitOfFormerMember == true)
    #expect(consumer.close(within: .seconds(10)))
  }

  @Test("the end is bounded when no broker answers")
  func boundedClose() throws {
    let cluster = try MockCluster()
    cluster.makeTopic("images", partitions: 1)
    let consumer = try consumer(cluster)
    try consumer.subscribe(["images"])
    try read(consumer) { !$0.isEmpty }
    cluster.set(down: true)
    let begun = ContinuousClock.now
    _ = consumer.close(within: .seconds(2))
    #expect(ContinuousClock.now - begun < .seconds(5))
  }
}
