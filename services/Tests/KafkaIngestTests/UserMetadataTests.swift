import Kafka
import Testing

@testable import KafkaIngest

@Suite struct UserMetadataTests {
  private func metadata(_ headers: [KafkaHeader], key: [UInt8]? = nil, reason: String? = nil) -> [String: String] {
    UserMetadata.make(
      of: (TopicPartition("images", 3), 42, 1_700_000_000_123), key: key, headers: headers, reason: reason)
  }

  private func size(_ metadata: [String: String]) -> Int {
    metadata.reduce(0) { $0 + "x-amz-meta-".utf8.count + $1.key.utf8.count + $1.value.utf8.count }
  }

  @Test("the message's place and time are there")
  func place() {
    #expect(
      metadata([]) == [
        "kafka-topic": "images", "kafka-partition": "3", "kafka-offset": "42",
        "kafka-timestamp": "2023-11-14T22:13:20.123Z",
      ])
    #expect(metadata([], reason: "too large: 5 bytes")["rejected-reason"] == "too%20large:%205%20bytes")
  }

  @Test("names and values are escaped, and names that come again are numbered")
  func escaped() {
    let found = metadata(
      [
        KafkaHeader("Name", Array("a b%\u{7F}".utf8)), KafkaHeader("name", nil), KafkaHeader("na.me", [0xFF]),
        KafkaHeader("ä", []), KafkaHeader("", [1]), KafkaHeader(String(repeating: "n", count: 129), [1]),
      ], key: [0])
    #expect(found["header-name"] == "a%20b%25%7F")
    #expect(found["header-name.2"] == "")
    #expect(found["header-na_2eme"] == "%FF")
    #expect(found["header-_c3_a4"] == "")
    #expect(found["kafka-key"] == "%00")
    #expect(found["kafka-headers-left-out"] == "2")
  }

  @Test("what has no room is left out whole, and what comes after it may have some")
  func room() {
    let large = KafkaHeader("large", [UInt8](repeating: 0x61, count: 3000))
    let found = metadata([large, KafkaHeader("small", [0x62])], key: [UInt8](repeating: 0, count: 1000))
    #expect(found["header-large"] == nil && found["kafka-key"] == nil)
    #expect(found["header-small"] == "b")
    #expect(found["kafka-headers-left-out"] == "2")
  }

  @Test("no headers whatever are over S3's 2 KB, or beside its characters")
  func bounded() {
    for round in 0..<300 {
      let headers = (0..<Int.random(in: 0...80)).map { _ in
        let name = String(decoding: (0..<Int.random(in: 0...60)).map { _ in UInt8.random(in: 0...255) }, as: UTF8.self)
        return KafkaHeader(name, (0..<Int.random(in: 0...300)).map { _ in UInt8.random(in: 0...255) })
      }
      let found = metadata(headers, key: (0..<Int.random(in: 0...900)).map { _ in UInt8.random(in: 0...255) })
      #expect(size(found) <= UserMetadata.limit, "round \(round)")
      for (name, value) in found {
        #expect(name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x2D...0x39).contains($0) || $0 == 0x5F })
        #expect(value.utf8.allSatisfy { (0x21...0x7E).contains($0) })
      }
      let kept = found.keys.filter { $0.hasPrefix("header-") || $0 == "kafka-key" }.count
      #expect(kept + (Int(found["kafka-headers-left-out"] ?? "0") ?? 0) == headers.count + 1)
    }
  }

  @Test("a rejected message is read back as it was put aside, but for what had no room")
  func readBack() throws {
    let headers = [
      KafkaHeader("Camera", Array("ä 100%".utf8)), KafkaHeader("a_b.c", [0, 255]), KafkaHeader("camera", [1]),
    ]
    let found = UserMetadata.make(
      of: (TopicPartition("images", 3), 42, 1_790_000_000_000), key: [0, 0x25], headers: headers,
      reason: "too_large: 9 bytes")
    let key = ObjectKey.rejected(topicID: "aB-_1", partition: 3, offset: 42, value: [1])
    let message = try #require(RejectedMessage(key: key, userMetadata: found))
    #expect((message.topicID, message.topic, message.partition, message.offset) == ("aB-_1", "images", 3, 42))
    #expect(message.reason == "too_large: 9 bytes" && message.messageKey == [0, 0x25])
    #expect(
      message.headers == [
        KafkaHeader("a_b.c", [0, 255]), KafkaHeader("camera", Array("ä 100%".utf8)), KafkaHeader("camera", [1]),
      ])
    for other in ["kafka/a/0/1", "kafka-rejected/a/0", "kafka-rejected//0/1-a", "kafka-rejected/a/x/1-a", ""] {
      #expect(RejectedMessage(key: other, userMetadata: found) == nil)
    }
  }
}
