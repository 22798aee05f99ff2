import HTTPService
import HTTPTypes
import KafkaFixtures
import NIOCore
import Testing
import Threads

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
    #expect(memory.begin(name("a"), digest: "2") == .other)
    memory.end(name("a"), place)
    #expect(memory.begin(name("a"), digest: "1") == .acknowledged(place))
    #expect(memory.begin(name("a"), digest: "2") == .other)
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

  @Test("a request is the same with the same image, key and headers, whatever their order, and with no others")
  func digest() throws {
    func digest(_ pairs: [(String, String)], _ image: [UInt8] = [1, 2]) throws -> String {
      try MessageHeaders(try fields(pairs)).digest(with: image)
    }
    let first = [("Kafka-Key", "k"), ("Kafka-Header-A", "1"), ("Kafka-Header-B", "2")]
    let same = try digest(first + [("Idempotency-Key", "i"), ("Accept", "*/*")])
    #expect(try digest(first) == same)
    #expect(try digest(first.reversed()) == same)
    let (key, one, two) = (first[0], first[1], first[2])
    let others: [[(String, String)]] = [
      [("Kafka-Key", "l"), one, two], [one, two], [key, one], [key, one, two, ("Kafka-Header-A", "2")],
      [key, ("Kafka-Header-A", "2"), ("Kafka-Header-B", "1")], [key, ("Kafka-Header-A", "12")],
    ]
    for other in others { #expect(try digest(other) != same, "\(other)") }
    #expect(try digest(first, [1, 3]) != same)
    let twice = [one, ("Kafka-Header-A", "2")]
    let turned = try digest(twice.reversed())
    #expect(try digest(twice) != turned)
  }

  /// Takes in an image that comes in pieces, as far as it comes.
  private func receive(
    _ pieces: [[UInt8]], declared: Int64?, within budget: ByteBudget, whileWaiting: (Int) -> Void = { _ in }
  ) async throws -> ReceivedImage {
    var number = 0
    return try await StreamApplication.receive(
      declared: declared, limit: 1000, within: budget, count: { _ in }, makeRoom: { false },
      next: {
        whileWaiting(number)
        defer { number += 1 }
        return number < pieces.count ? ByteBuffer(bytes: pieces[number]) : nil
      })
  }

  @Test("an image holds as much room as has come of it, and is refused unread where more is announced than is free")
  func room() async throws {
    let budget = ByteBudget(limit: 1000)
    let start: [UInt8] = [0xFF, 0xD8, 0xFF] + [UInt8](repeating: 0, count: 97)
    var held: [Int] = []
    do {
      let image = try await receive([start, start, start], declared: 900, within: budget) { _ in
        held.append(budget.taken)
      }
      #expect(held == [0, 100, 200, 300] && image.bytes.count == 300 && image.mediaType == "image/jpeg")
      var looks = 0
      let fault = await #expect(throws: HTTPFault.self) {
        _ = try await receive([start], declared: 701, within: budget) { _ in looks += 1 }
      }
      #expect(fault?.code == "queue_full" && looks == 0)
      let unannounced = [start] + [[UInt8]](repeating: start, count: 7)
      await #expect(throws: HTTPFault.self) { _ = try await receive(unannounced, declared: nil, within: budget) }
      #expect(budget.taken == 300)
      withExtendedLifetime(image) {}
    }
    #expect(budget.taken == 0 && budget.free == 1000)
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

  @Test("a producer that was closed is not made anew, and its messages are told as not stored")
  func closed() async throws {
    let cluster = try MockCluster()
    cluster.makeTopic("images", partitions: 1)
    let metrics = Metrics()
    let producer = try producer(cluster, metrics)
    #expect(await producer.close(within: .seconds(1)) == 0)
    guard case .notStored(let error) = await producer.send(key: nil, value: [1], headers: []) else {
      Issue.record("not told as not stored")
      return
    }
    #expect(error.isOfClosedClient)
    #expect(!metrics.prometheusText().contains("producers_replaced"))
  }

  @Test("more small files than the client's own queue takes are all stored")
  func manyFiles() async throws {
    let cluster = try MockCluster()
    cluster.makeTopic("images", partitions: 1)
    var configuration = cluster.configuration
    configuration["queue.buffering.max.messages"] = "30"
    configuration["linger.ms"] = "50"
    let isAllStored = try await withDedicatedThread { [configuration] in
      try FileSender(
        configuration, topic: "images", key: nil, headers: [], limit: .seconds(10), isQuiet: true, mostWaiting: 10
      ).send([#filePath], times: 60, rate: nil)
    }
    #expect(isAllStored)
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
