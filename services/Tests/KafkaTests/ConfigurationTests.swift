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

  @Test("a value with a zero byte, which C would cut, is refused")
  func zeroByte() {
    let cut = KafkaConfiguration(["group.id": "g", "sasl.password": "a\u{0}b"])
    #expect(cut.faults() == ["sasl.password": "a zero byte is in the value"])
    #expect(throws: KafkaError.self) { try KafkaConsumer(cut) }
    #expect(KafkaConfiguration(["client.id\u{0}": "a"]).faults().count == 1)
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
