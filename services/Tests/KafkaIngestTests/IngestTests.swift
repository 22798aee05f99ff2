import Kafka
import KafkaFixtures
import ObjectStorage
import Synchronization
import Testing
import Threads

@testable import KafkaIngest

@Suite(.serialized) struct IngestTests {
  private let topic = TopicPartition("images", 0)

  private func cluster(partitions: Int32 = 1) throws -> MockCluster {
    let cluster = try MockCluster()
    cluster.makeTopic("images", partitions: partitions)
    return cluster
  }

  private func send(_ cluster: MockCluster, _ values: [[UInt8]?], partition: Int32 = 0) throws {
    var configuration = cluster.configuration
    configuration["batch.num.messages"] = "1"
    let producer = try KafkaProducer(configuration)
    for value in values { _ = try producer.send(topic: "images", partition: partition, value: value) }
    producer.close()
  }

  private func committed(_ cluster: MockCluster, _ partition: Int32 = 0) throws -> PartitionOffset.Offset {
    var configuration = cluster.configuration
    configuration["group.id"] = "group"
    let consumer = try KafkaConsumer(configuration)
    defer { _ = consumer.close(within: .seconds(5)) }
    return try consumer.committed([TopicPartition("images", partition)], within: .seconds(10))[0].offset
  }

  private func values(_ count: Int, size: Int = 10) -> [[UInt8]] {
    (0..<count).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: size) }
  }

  @Test("each message is stored under its offset, and what is stored is committed")
  func stores() throws {
    let (cluster, store) = (try cluster(), try TurnedStore())
    try send(cluster, values(30))
    let ingest = try RunningIngest(cluster, store: store)
    try expectSoon("everything committed") { try committed(cluster) == .at(30) }
    let keys = try store.keys("kafka/")
    #expect(keys.count == 30)
    #expect(keys.allSatisfy { $0.split(separator: "/").count == 4 })
    #expect(keys.last?.hasSuffix("/0/00000000000000000029") == true)
    try ingest.end()
  }

  @Test("a message that cannot be stored holds the commit where it is, while those after it are stored")
  func holds() throws {
    let isOpen = Monitor(false)
    let store = try TurnedStore { key in
      if key.hasSuffix("00000004") { _ = isOpen.wait { $0 ? true : nil } }
    }
    let cluster = try cluster()
    try send(cluster, values(20))
    let ingest = try RunningIngest(cluster, store: store)
    try expectSoon("all but one stored") { try store.keys("kafka/").count == 19 }
    try expectSoon("committed up to it") { try committed(cluster) == .at(4) }
    isOpen.change { $0 = true }
    try expectSoon("committed to the end") { try committed(cluster) == .at(20) }
    try ingest.end()
  }

  @Test("no more than so many are stored ahead of one that is not")
  func ahead() throws {
    let isOpen = Monitor(false)
    let store = try TurnedStore { key in
      if key.hasSuffix("00000000") { _ = isOpen.wait { $0 ? true : nil } }
    }
    let cluster = try cluster()
    try send(cluster, values(40))
    let ingest = try RunningIngest(cluster, store: store) { $0.uncommitted = 10 }
    try expectSoon("nine stored") { try store.keys().count == 9 }
    _ = Monitor(()).wait(for: .milliseconds(500)) { _ in Bool?.none }
    #expect(try store.keys().count == 9)
    isOpen.change { $0 = true }
    try expectSoon("all stored") { try store.keys().count == 40 }
    try ingest.end()
  }

  @Test("bytes on their way to the store stay within the budget, and a larger message goes alone")
  func budget() throws {
    let store = try TurnedStore { _ in _ = Monitor(()).wait(for: .milliseconds(20)) { _ in Bool?.none } }
    let cluster = try cluster()
    try send(cluster, values(40, size: 30_000) + [[UInt8](repeating: 1, count: 250_000)] + values(10, size: 30_000))
    let ingest = try RunningIngest(cluster, store: store) {
      $0.memory = 100_000
      $0.maximumBytes = 200_000
    }
    try expectSoon("all done") { try committed(cluster) == .at(51) }
    #expect(store.bytes.withLock { $0.most } == 250_000)
    #expect(try store.keys("kafka-rejected/").count == 1)
    #expect(ingest.count("rejected_total{reason=\"too_large\"}") == 1)
    try ingest.end()

    let small = try TurnedStore { _ in _ = Monitor(()).wait(for: .milliseconds(20)) { _ in Bool?.none } }
    let others = try self.cluster()
    try send(others, values(40, size: 30_000))
    let second = try RunningIngest(others, store: small) { $0.memory = 100_000 }
    try expectSoon("all done") { try committed(others) == .at(40) }
    #expect(small.bytes.withLock { $0.most } == 90_000)
    try second.end()
  }

  @Test("a commit that the broker refuses is made again")
  func commitRefused() throws {
    let (cluster, store) = (try cluster(), try TurnedStore())
    cluster.fail(.offsetCommit, with: [BrokerError.rebalanceInProgress, BrokerError.rebalanceInProgress])
    try send(cluster, values(5))
    let ingest = try RunningIngest(cluster, store: store)
    try expectSoon("everything committed") { try committed(cluster) == .at(5) }
    #expect(ingest.count("commit_failures_total{expected=\"yes\"}") >= 1)
    try ingest.end()
  }

  @Test("messages that expired before they were read are counted and told, and the rest is read")
  func expired() throws {
    let (cluster, store) = (try cluster(), try TurnedStore())
    // The mock keeps 5 MB of a partition.
    try send(cluster, values(8, size: 900_000))
    var configuration = cluster.configuration
    configuration["group.id"] = "group"
    let committer = try KafkaConsumer(configuration)
    try committer.commit([PartitionOffset(topic, .at(0))], within: .seconds(10))
    let beginning = try committer.beginningOffset(of: topic, within: .seconds(10))
    _ = committer.close(within: .seconds(5))
    try #require(beginning > 0)
    let ingest = try RunningIngest(cluster, store: store)
    try expectSoon("the rest committed") { try committed(cluster) == .at(8) }
    #expect(ingest.count("messages_expired_total") == Int(beginning))
    #expect(ingest.lines.change { $0 }.contains { $0.contains("messages expired before they were read") })
    #expect(try store.keys("kafka/").count == 8 - Int(beginning))
    try ingest.end()
  }

  @Test("partitions go to another member without a loss, though the broker refuses commits meanwhile")
  func handOver() throws {
    let store = try TurnedStore { _ in _ = Monitor(()).wait(for: .milliseconds(30)) { _ in Bool?.none } }
    let cluster = try cluster(partitions: 4)
    for partition in Int32(0)..<4 { try send(cluster, values(60), partition: partition) }
    let first = try RunningIngest(cluster, store: store) { $0.uploads = 4 }
    try expectSoon("some stored") { try store.keys().count > 20 }
    let second = try RunningIngest(cluster, store: store) { $0.uploads = 4 }
    for partition in Int32(0)..<4 {
      try expectSoon("everything committed", within: .seconds(60)) { try committed(cluster, partition) == .at(60) }
    }
    #expect(try store.keys().count == 240)
    #expect(second.count("messages_total") > 0)
    #expect(first.count("messages_total") + second.count("messages_total") >= 240)
    try first.end()
    try second.end()
  }

  @Test("the end waits for what runs, for so long and no longer")
  func end() throws {
    let isOpen = Monitor(false)
    let store = try TurnedStore { key in
      if key.hasSuffix("00000003") { _ = isOpen.wait { $0 ? true : nil } }
    }
    let cluster = try cluster()
    try send(cluster, values(10))
    let ingest = try RunningIngest(cluster, store: store) { $0.closeLimit = .seconds(2) }
    try expectSoon("the others stored") { try store.keys().count == 9 }
    let begun = ContinuousClock.now
    try ingest.end()
    #expect(ContinuousClock.now - begun < .seconds(4))
    #expect(try committed(cluster) == .at(3))
    isOpen.change { $0 = true }
  }
}
