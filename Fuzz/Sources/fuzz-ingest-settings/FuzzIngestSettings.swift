import Kafka
import ServiceSupport

@testable import KafkaIngest

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Takes any bytes for a file of librdkafka's properties and for variables: what is wrong is refused, and whatever is
/// accepted leaves standing what the consumer's guarantees rest on.
///
/// Pieces are divided by a byte of 1: the file, then `NAME=VALUE` of variables, without what all names begin with.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzIngestSettings(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let pieces = UnsafeBufferPointer(start: start, count: count).split(separator: 1, omittingEmptySubsequences: false)
  var environment = ["DARKROOM_INGEST_BROKERS": "broker:9092", "DARKROOM_INGEST_TOPICS": "images"]
  for piece in pieces.dropFirst() {
    let parts = String(decoding: piece, as: UTF8.self).split(separator: "=", maxSplits: 1)
    if parts.count == 2 { environment["DARKROOM_INGEST_\(parts[0])"] = String(parts[1]) }
  }
  do {
    try Data(pieces.first ?? [].prefix(0)).write(to: URL(filePath: file))
    environment["DARKROOM_INGEST_PROPERTIES"] = file
    let settings = try IngestSettings(environment: environment, arguments: [])
    let kafka = settings.kafka
    guard kafka.faults().isEmpty else { fatalError("accepted: \(kafka.faults())") }
    guard kafka["auto.offset.reset"] == "earliest", kafka["enable.auto.commit"] == nil,
      kafka["enable.auto.offset.store"] == nil, kafka["metadata.broker.list"] == nil,
      kafka["bootstrap.servers"] == environment["DARKROOM_INGEST_BROKERS"], kafka["group.id"]?.isEmpty == false
    else { fatalError("accepted: \(kafka)") }
    guard !settings.topics.isEmpty, UploadCost.most(of: settings.maximumBytes) <= settings.memory else {
      fatalError("accepted: \(settings)")
    }
  } catch let error as SettingsError {
    guard !error.faults.isEmpty, error.faults.allSatisfy({ $0.contains(":") }) else { fatalError("\(error)") }
  } catch {
    fatalError("\(error)")
  }
  return 0
}

private let file: String = {
  let folder = FileManager.default.temporaryDirectory.appending(path: "darkroom-fuzz-ingest-settings")
  do {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  } catch {
    fatalError("no folder: \(error)")
  }
  return folder.appending(path: "kafka.properties").path
}()
