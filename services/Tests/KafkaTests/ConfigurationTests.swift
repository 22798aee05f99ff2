import Kafka
import Testing

@Suite struct ConfigurationTests {
  @Test("what librdkafka does not know, or refuses, is told by name and without the value")
  func faults() {
    let faults = KafkaConfiguration([
      "bootstrap.servers": "localhost", "no.such.thing": "secret", "session.timeout.ms": "secret",
    ]).faults()
    #expect(faults.keys.sorted() == ["no.such.thing", "session.timeout.ms"])
    #expect(!faults.values.contains { $0.contains("secret") })
  }

  @Test("the value that holds is the one that is set, else librdkafka's default")
  func effective() {
    #expect(KafkaConfiguration().effective("max.poll.interval.ms") == "300000")
    #expect(KafkaConfiguration(["max.poll.interval.ms": "20000"]).effective("max.poll.interval.ms") == "20000")
    #expect(KafkaConfiguration().effective("no.such.thing") == nil)
  }

  @Test("a client is not made of properties that are wrong")
  func refused() {
    #expect(throws: KafkaError.self) { try KafkaConsumer(KafkaConfiguration(["group.id": "g", "nothing": "1"])) }
    #expect(throws: KafkaError.self) { try KafkaConsumer(KafkaConfiguration()) }
  }
}
