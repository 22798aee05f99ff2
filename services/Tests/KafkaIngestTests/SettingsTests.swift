import Kafka
import ServiceSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@testable import KafkaIngest

@Suite struct SettingsTests {
  private let right = ["DARKROOM_INGEST_BROKERS": "broker:9092", "DARKROOM_INGEST_TOPICS": "images"]

  private func settings(_ more: [String: String] = [:], _ arguments: [String] = []) throws -> IngestSettings {
    try IngestSettings(environment: right.merging(more) { $1 }, arguments: arguments)
  }

  @Test("properties come by name, and what the guarantees rest on is set whatever is said")
  func properties() throws {
    let kafka = try settings([
      "DARKROOM_INGEST_KAFKA_SECURITY_PROTOCOL": "ssl", "DARKROOM_INGEST_KAFKA_LOG__LEVEL": "3",
    ]).kafka
    #expect(kafka["security.protocol"] == "ssl" && kafka["log_level"] == "3")
    #expect(kafka["bootstrap.servers"] == "broker:9092" && kafka["group.id"] == "darkroom-ingest")
    #expect(kafka["auto.offset.reset"] == "earliest")
    #expect(kafka["partition.assignment.strategy"] == "cooperative-sticky")
  }

  @Test("a file of properties from Windows says the same")
  func carriageReturns() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "properties-\(UUID())")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("\u{FEFF}client.id=a\r\n# b\r\nlog_level = 3\r\n".utf8).write(to: file)
    let kafka = try settings(["DARKROOM_INGEST_PROPERTIES": file.path]).kafka
    #expect(kafka["client.id"] == "a" && kafka["log_level"] == "3")
  }

  @Test("the newer protocol, in which the broker assigns, is given no strategy")
  func newerProtocol() throws {
    #expect(
      try settings(["DARKROOM_INGEST_KAFKA_GROUP_PROTOCOL": "consumer"]).kafka["partition.assignment.strategy"] == nil)
  }

  @Test("a flag comes before a variable")
  func flags() throws {
    #expect(try settings(["DARKROOM_INGEST_UPLOADS": "2"], ["--uploads", "3"]).uploads == 3)
  }

  @Test("every table entry is known to the reader: what is said of it is not refused as unknown")
  func table() throws {
    for setting in IngestSettings.table {
      do {
        _ = try settings([setting.name: "?"])
      } catch let error as SettingsError {
        #expect(!error.faults.contains { $0.contains("no such setting") }, "\(setting.name)")
      }
    }
  }
}
