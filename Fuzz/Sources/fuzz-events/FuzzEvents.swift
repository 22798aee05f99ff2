import LambdaEvents

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Takes any bytes for an event: an S3 notification by itself or in one of its envelopes, and a batch of SQS messages.
///
/// What is read of a notification of S3's own time is handed over and read again without a change.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEvents(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  _ = try? JSONDecoder().decode(SQSEvent.self, from: Data(bytes))
  guard case .objects(let events)? = try? S3Notification.decode(bytes),
    events.allSatisfy({ $0.eventTime.timeIntervalSince1970 >= 0 })
  else { return 0 }
  do {
    let again = try S3Notification.decode(S3Notification.encode(events))
    guard again == .objects(events) else { fatalError("\(events) became \(again)") }
  } catch {
    fatalError("\(events) cannot be handed over: \(error)")
  }
  return 0
}
