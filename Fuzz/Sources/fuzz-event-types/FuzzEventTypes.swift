import LambdaEvents

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Takes any bytes for an event of the type that the first byte names.
///
/// What is read is written, and read again without a change. Of log events, what is compressed is read too; of a
/// table's changes, what is a type of one's own.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEventTypes(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let first = bytes.first else { return 0 }
  let types = EventType.all
  let type = types[Int(first) % types.count]
  let json = Array(bytes.dropFirst())
  guard let written = try? type.readAndWrite(json) else { return 0 }
  do {
    let again = try type.readAndWrite(written)
    guard again == written else {
      fatalError(
        "\(type.name): \(String(decoding: written, as: UTF8.self)) became \(String(decoding: again, as: UTF8.self))")
    }
  } catch {
    fatalError("\(type.name): \(String(decoding: written, as: UTF8.self)) cannot be read again: \(error)")
  }
  switch type.name {
  case "CloudWatchLogsEvent":
    _ = try? JSONHandler.decode(CloudWatchLogsEvent.self, json).logs(limit: 1 << 20)
  case "DynamoDBEvent":
    for record in (try? JSONHandler.decode(DynamoDBEvent.self, json))?.records ?? [] {
      _ = try? DynamoDBDecoder().decode([String: [Int]].self, from: record.dynamodb.newImage ?? [:])
    }
  default: break
  }
  return 0
}
