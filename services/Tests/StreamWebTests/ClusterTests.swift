import HTTPService
import HTTPTypes
import KafkaFixtures
import Testing
import Threads

@testable import Kafka
@testable import StreamWeb

@Suite struct ClusterTests {
  private func look(_ cluster: MockCluster) async throws -> ClusterView {
    let configuration = cluster.configuration
    return try await withDedicatedThread {
      // The mock cluster answers nothing about settings: that is a problem of the page, and no more.
      try ClusterLooks(try KafkaAdmin(configuration), limit: .seconds(2)).look()
    }
  }

  @Test("a look finds brokers, partitions and offsets; what cannot be found out is said and hides nothing")
  func look() async throws {
    let cluster = try MockCluster(brokers: 2)
    cluster.makeTopic("images", partitions: 3)
    let configuration = cluster.configuration
    try await withDedicatedThread {
      let producer = try KafkaProducer(configuration)
      for number in 0..<5 { _ = try producer.send(topic: "images", partition: 1, value: [UInt8(number)]) }
      producer.close()
    }
    let view = try await look(cluster)
    #expect(view.brokers.map(\.isThere) == [true, true])
    let topic = try #require(view.topic("images"))
    #expect(topic.partitions.map(\.messages) == [0, 5, 0] && topic.messages == 5)
    #expect(topic.partitions.allSatisfy { $0.leader != nil && !$0.isUnderReplicated })
    #expect(topic.configuration == nil)
    #expect(view.problems.contains { $0.hasPrefix("The settings of topics") })
  }

  @Test("a broker that has gone is still told of")
  func gone() throws {
    var broker = ClusterView.Broker(id: 1, host: "a", port: 9092, isController: false, isThere: true)
    #expect(broker.state == "not asked")
    broker.connection = BrokerConnection(state: "UP", roundTrip: .milliseconds(2))
    #expect(broker.state == "up")
    broker.connection?.state = "AUTH_REQ"
    #expect(broker.state == "auth req")
    broker.isThere = false
    #expect(broker.state == "gone")
  }

  @Test("samples are half a minute apart but for the newest, and an hour long at the most")
  func history() {
    var history = LagHistory()
    let begin = ContinuousClock.now
    for second in stride(from: 0, through: 7200, by: 5) {
      history.add(["group": Int64(second)], at: begin + .seconds(second))
    }
    let samples = history.samples(of: "group")
    #expect((120...123).contains(samples.count))
    #expect(samples.last?.lag == 7200)
    #expect(samples.first.map { $0.at >= begin + .seconds(3600) } == true)
    history.add([:], at: begin + .seconds(20_000))
    #expect(history.samples(of: "group").isEmpty)
  }

  @Test("a line is drawn from an hour ago to now, with its top at the greatest lag")
  func sparkline() throws {
    let now = ContinuousClock.now
    let samples: [LagHistory.Sample] = [
      .init(at: now - .seconds(1800), lag: 0), .init(at: now - .seconds(900), lag: 40), .init(at: now, lag: 10),
    ]
    let line = try #require(Sparkline(samples))
    #expect(line.points == "60.0,23.0 90.0,1.0 120.0,17.5")
    #expect(line.words == "Lag over the last 30 minutes: from 0 to 40, now 10")
    #expect(Sparkline(Array(samples.prefix(1))) == nil)
    let level = [LagHistory.Sample(at: now - .seconds(60), lag: 0), .init(at: now, lag: 0)]
    #expect(Sparkline(level)?.points == "118.0,23.0 120.0,23.0")
  }

  @Test("numbers, times and sizes read as people write them")
  func texts() {
    #expect(StreamApplication.number(1_234_567) == "1\u{202F}234\u{202F}567" && StreamApplication.number(12) == "12")
    #expect(StreamApplication.duration("604800000") == "7 days" && StreamApplication.duration("3600000") == "1 hour")
    #expect(StreamApplication.duration("-1") == "for ever" && StreamApplication.duration(nil) == "not told")
    #expect(StreamApplication.bytes("-1") == "no limit" && StreamApplication.bytes("1048588") == "1 MB")
  }

  private func group(_ name: String, _ lag: Int64, members: Int) -> ClusterView.Group {
    let member = ConsumerGroup.Member(id: "m", clientID: "c", host: "h", partitions: [])
    return ClusterView.Group(
      description: ConsumerGroup(
        name: name, state: members > 0 ? "Stable" : "Empty", assignor: "",
        members: Array(repeating: member, count: members)),
      lags: [.init(partition: TopicPartition("t", 0), committed: 0, end: lag)])
  }

  @Test("groups are sorted by what is asked for, equal ones by their names")
  func order() {
    let groups = [group("b", 5, members: 1), group("a", 5, members: 0), group("c", 9, members: 2)]
    #expect(GroupOrder.lag.sorted(groups).map(\.name) == ["c", "a", "b"])
    #expect(GroupOrder.name.sorted(groups).map(\.name) == ["a", "b", "c"])
    #expect(GroupOrder.members.sorted(groups).map(\.name) == ["c", "b", "a"])
    #expect(GroupOrder.state.sorted(groups).map(\.name) == ["a", "b", "c"])
    #expect(groups.map(\.description.isStopped) == [false, true, false])
  }

  @Test("a reset is what was shown, and nothing that no page has made")
  func reset() throws {
    let shown = OffsetReset(
      group: "g", topic: "t",
      changes: [
        .init(partition: 0, from: 10, to: 4), .init(partition: 1, from: nil, to: 0),
        .init(partition: 2, from: 3, to: 8),
      ])
    #expect((shown.repeated, shown.skipped) == (6, 5))
    let sent = ["name": "g", "topic": "t", "changes": shown.formFields]
    #expect(try OffsetReset(form: sent) == shown)
    for bad in ["", "0:1", "0:a:1", "0:1:-1", "-1:0:0", "0:1:2 0:1:2", "0:1:9223372036854775808", "0:-1:1"] {
      #expect(throws: (any Error).self, "\(bad)") { try OffsetReset(form: sent.merging(["changes": bad]) { $1 }) }
    }
    #expect(throws: (any Error).self) { try OffsetReset(form: sent.merging(["topic": "a/b"]) { $1 }) }
  }

  @Test("offsets whose sums no number holds are refused with the limit")
  func hugeOffsets() throws {
    let form = ["name": "g", "topic": "t"]
    for changes in ["0:0:9223372036854775807 1:0:9223372036854775807", "0:-9223372036854775808:0"] {
      let fault = #expect(throws: HTTPFault.self) { try OffsetReset(form: form.merging(["changes": changes]) { $1 }) }
      #expect(fault?.status == .badRequest && fault?.limit == Int64(1) << 48)
    }
    // A form has 64 KiB, and each change takes five bytes at least.
    let most = (0..<13_108).map { "\($0):0:\(Int64(1) << 48)" }.joined(separator: " ")
    #expect(try OffsetReset(form: form.merging(["changes": most]) { $1 }).skipped == Int64(13_108) << 48)
  }

  private func places(_ offsets: [PartitionOffset.Offset], error: KafkaError? = nil) -> [PartitionOffset] {
    offsets.enumerated().map { number, offset in
      var place = PartitionOffset(TopicPartition("t", Int32(number)), offset)
      if number == 1 { place.error = error }
      return place
    }
  }

  private func plan(
    _ target: OffsetReset.Target, _ found: [PartitionOffset], ends: [PartitionOffset]
  ) throws -> [OffsetReset.Change] {
    try OffsetReset.planned(target, of: [0, 1], committed: [0: 5], found: found, ends: ends)
  }

  @Test("only a time later than all messages stands for the end; what the broker does not tell refuses the plan")
  func untoldOffsets() throws {
    let ends = places([.at(10), .at(20)])
    #expect(
      try plan(.time, places([.at(3), PartitionOffset.Offset.none]), ends: ends)
        == [.init(partition: 0, from: 5, to: 3), .init(partition: 1, from: nil, to: 20)])
    #expect(try plan(.latest, ends, ends: ends).map(\.to) == [10, 20])
    let error = KafkaError(code: 6)
    for (target, found, last) in [
      (.earliest, places([.at(0), PartitionOffset.Offset.none]), ends), (.earliest, places([.at(0)]), ends),
      (.earliest, places([.at(0), .at(0)], error: error), ends), (.time, places([.at(0)]), ends),
      (.time, places([.at(0), PartitionOffset.Offset.none], error: error), ends),
      (.time, places([.at(0), PartitionOffset.Offset.none]), places([.at(10), .at(20)], error: error)),
    ] as [(OffsetReset.Target, [PartitionOffset], [PartitionOffset])] {
      let fault = #expect(throws: HTTPFault.self, "\(target) \(found)") { try plan(target, found, ends: last) }
      #expect(fault?.status == .badGateway && fault?.code == "no_offset")
      let hasError = (found + last).contains { $0.error != nil }
      #expect(fault?.message.contains(hasError ? "t[1] (" : "partition 1;") == true)
    }
  }

  @Test("nothing is set to an offset that its partition does not have")
  func offsetsOutside() throws {
    let starts = places([.at(4), .at(0)])
    let ends = places([.at(10), .at(0)])
    func check(_ offsets: Int64...) throws {
      let changes = offsets.enumerated().map { OffsetReset.Change(partition: Int32($0), from: nil, to: $1) }
      try OffsetReset(group: "g", topic: "t", changes: changes).refuseOutside(starts: starts, ends: ends)
    }
    for inside: Int64 in [4, 10] { #expect(throws: Never.self) { try check(inside, 0) } }
    for (offset, limit) in [(3, 4), (11, 10)] as [(Int64, Int64)] {
      let fault = #expect(throws: HTTPFault.self) { try check(offset, 0) }
      #expect(fault?.status == .conflict && fault?.limit == limit && fault?.actual == offset)
    }
    #expect(throws: HTTPFault.self) { try check(4, 1) }
  }

  @Test("an image's key tells its place in the stream; other keys tell none")
  func place() {
    #expect(StreamPlace(key: "kafka/aB-_1/3/00000000000000000042")?.offset == 42)
    for key in ["web/2026/a.jpg", "kafka/a/b/c", "kafka-rejected/a/0/1", "kafka/a/0/1/2", ""] {
      #expect(StreamPlace(key: key) == nil)
    }
  }
}
