import HTTPService
import HTTPTypes
import KafkaFixtures
import Testing

@testable import Kafka
@testable import StreamWeb

@Suite struct SendingTests {
  private let place = KafkaProducer.Delivery(partition: TopicPartition("images", 1), offset: 7)

  private func name(_ key: String, person: String? = nil, file: Int = 0) -> AnswerMemory.Name {
    AnswerMemory.Name(person: person, key: key, file: file)
  }

  @Test("what is taken of the budget comes back with its last reference, and never exceeds the limit")
  func budget() {
    let budget = ByteBudget(limit: 100)
    do {
      let one = ByteBudget.Share(of: budget)
      #expect(one.grow(to: 60) && one.grow(to: 50) && budget.taken == 60)
      let other = ByteBudget.Share(of: budget)
      #expect(!other.grow(to: 41) && other.grow(to: 40))
      #expect(!one.grow(to: 61) && budget.taken == 100)
    }
    #expect(budget.taken == 0)
  }

  @Test("an answer is given once more for the same bytes, to the same person, and to nobody else")
  func memory() {
    let memory = AnswerMemory(most: 10, lifetime: .seconds(60))
    #expect(memory.begin(name("a"), digest: "1") == .new)
    #expect(memory.begin(name("a"), digest: "1") == .running)
    #expect(memory.begin(name("a"), digest: "2") == .otherBytes)
    memory.end(name("a"), place)
    #expect(memory.begin(name("a"), digest: "1") == .acknowledged(place))
    #expect(memory.begin(name("a"), digest: "2") == .otherBytes)
    #expect(memory.begin(name("a", person: "ann"), digest: "1") == .new)
    #expect(memory.begin(name("a", file: 1), digest: "1") == .new)
  }

  @Test("what was not acknowledged is forgotten at once, so that the next try is made")
  func failures() {
    let memory = AnswerMemory(most: 10, lifetime: .seconds(60))
    #expect(memory.begin(name("a"), digest: "1") == .new)
    memory.end(name("a"), nil)
    #expect(memory.begin(name("a"), digest: "2") == .new)
    #expect(memory.count == 0)
  }

  @Test("the oldest answers go first, and none outlives its time; what runs stays")
  func bounds() {
    let memory = AnswerMemory(most: 2, lifetime: .seconds(60))
    let now = ContinuousClock.now
    #expect(memory.begin(name("running"), digest: "1", now: now) == .new)
    for number in 0..<5000 {
      #expect(memory.begin(name("\(number)"), digest: "1", now: now) == .new)
      memory.end(name("\(number)"), place, now: now)
    }
    #expect(memory.count == 2)
    #expect(memory.begin(name("4998"), digest: "1", now: now) == .acknowledged(place))
    #expect(memory.begin(name("4997"), digest: "1", now: now) == .new)
    let later = now + .seconds(61)
    #expect(memory.begin(name("4999"), digest: "1", now: later) == .new)
    #expect(memory.begin(name("running"), digest: "1", now: later) == .running)
    let none = AnswerMemory(most: 0, lifetime: .seconds(60))
    #expect(none.begin(name("a"), digest: "1") == .new)
    none.end(name("a"), place)
    #expect(none.begin(name("a"), digest: "1") == .new)
  }

  private func fields(_ pairs: [(String, String)]) throws -> HTTPFields {
    var fields: HTTPFields = [:]
    for (name, value) in pairs { fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value)) }
    return fields
  }

  @Test("headers of a request become a message's, in lower case and in their order")
  func headers() throws {
    let read = try MessageHeaders(
      try fields([
        ("Kafka-Header-Camera", "12"), ("Kafka-Key", "site 3"), ("Kafka-Header-CAMERA", "13"),
        ("Idempotency-Key", "\"order-1\""), ("Accept", "*/*"),
      ]))
    #expect(read.key == Array("site 3".utf8) && read.idempotencyKey == "order-1")
    let message = read.message(contentType: "image/png", fileName: "ä.png", file: 2)
    #expect(message.map(\.name) == ["camera", "camera", "content-type", "file-name", "idempotency-key"])
    let values = message.map { String(decoding: $0.value ?? [], as: UTF8.self) }
    #expect(values == ["12", "13", "image/png", "ä.png", "order-1/2"])
  }

  @Test(
    "headers that a message may not have are refused",
    arguments: [
      [("Kafka-Header-Content-Type", "x")], [("Kafka-Header-", "x")],
      [("Idempotency-Key", "a"), ("Idempotency-Key", "b")],
      [("Idempotency-Key", "a b")], [("Idempotency-Key", "\"\"")], [("Kafka-Key", String(repeating: "k", count: 8193))],
    ])
  func refusedHeaders(pairs: [(String, String)]) throws {
    let fields = try fields(pairs)
    #expect(throws: HTTPFault.self) { try MessageHeaders(fields) }
  }

  private func producer(_ cluster: MockCluster, _ metrics: Metrics, seconds: Int = 5) throws -> ImageProducer {
    var configuration = cluster.configuration
    configuration["message.timeout.ms"] = "\(seconds * 1000)"
    configuration["enable.idempotence"] = "true"
    return try ImageProducer(
      configuration: configuration, topic: "images", metrics: metrics, log: ServiceLog { _ in })
  }

  @Test("a message is acknowledged after the brokers have failed a while")
  func retried() async throws {
    let cluster = try MockCluster()
    cluster.makeTopic("images", partitions: 1)
    cluster.fail(.produce, with: [BrokerError.notEnoughReplicas, BrokerError.notEnoughReplicas])
    let producer = try producer(cluster, Metrics())
    guard case .stored(let delivery) = await producer.send(key: nil, value: [1], headers: []) else {
      Issue.record("not stored")
      return
    }
    #expect(delivery.offset == 0)
    #expect(await producer.close(within: .seconds(5)) == 0)
  }

  @Test("without a broker a message is not stored, and is told so within its time")
  func noBroker() async throws {
    let cluster = try MockCluster()
    cluster.makeTopic("images", partitions: 1)
    let producer = try producer(cluster, Metrics(), seconds: 2)
    cluster.set(down: true)
    let begun = ContinuousClock.now
    guard case .notStored(let error) = await producer.send(key: nil, value: [1], headers: []) else {
      Issue.record("not told as not stored")
      return
    }
    #expect(!error.isTooLarge && .now - begun < .seconds(10))
    _ = await producer.close(within: .seconds(1))
  }

  @Test("a producer that is lost is replaced, and the message goes through the new one")
  func replaced() async throws {
    let cluster = try MockCluster()
    cluster.makeTopic("images", partitions: 1)
    let metrics = Metrics()
    let producer = try producer(cluster, metrics)
    #expect(await producer.send(key: nil, value: [1], headers: []).label == "stored")
    // OUT_OF_ORDER_SEQUENCE_NUMBER, of a message that nothing was lost before: fatal for an idempotent producer.
    cluster.fail(.produce, with: [BrokerError.outOfOrderSequence])
    _ = await producer.send(key: nil, value: [2], headers: [])
    #expect(await producer.send(key: nil, value: [3], headers: []).label == "stored")
    #expect(metrics.prometheusText().contains("producers_replaced_total 1"))
    _ = await producer.close(within: .seconds(5))
  }

  @Test("what became of an image is a status, an outcome and a sentence")
  func results() {
    let stored = ImageResult(.stored(place), name: "a.jpg", size: 1, seconds: 30)
    #expect((stored.status, stored.outcome, stored.offset) == (.created, "stored", 7))
    let timedOut = KafkaError(code: -192)
    let perhaps = ImageResult(.perhapsStored(timedOut), name: nil, size: 1, seconds: 30)
    #expect((perhaps.status, perhaps.outcome, perhaps.error?.code) == (.gatewayTimeout, "perhaps_stored", "no_answer"))
    let not = ImageResult(.notStored(timedOut), name: nil, size: 1, seconds: 30)
    #expect((not.status, not.outcome, not.retryAfter) == (.serviceUnavailable, "not_stored", "5"))
    let large = ImageResult(.notStored(KafkaError(code: 10)), name: nil, size: 9, seconds: 30)
    #expect((large.status, large.error?.code, large.error?.actual) == (.contentTooLarge, "too_large_for_topic", 9))
    let topic = ImageResult(.notStored(KafkaError(code: 3)), name: nil, size: 9, seconds: 30)
    #expect(topic.error?.code == "no_topic")
    #expect(StreamApplication.status(of: [stored, stored]) == .created)
    #expect(StreamApplication.status(of: [stored, not]) == StreamApplication.multiStatus)
    #expect(StreamApplication.status(of: [not, perhaps]) == StreamApplication.multiStatus)
    #expect(StreamApplication.status(of: [large, topic]) == .contentTooLarge)
  }
}
