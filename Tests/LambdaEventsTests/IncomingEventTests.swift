import Foundation
import LambdaEvents
import Testing

@Suite("Incoming events", .timeLimit(.minutes(1)))
struct IncomingEventTests {
  private static let notification = "{\"Records\":[\(S3NotificationTests.record)]}"

  private func decode(_ json: String) throws(IncomingEventError) -> IncomingEvent {
    try IncomingEvent.decode(Array(json.utf8))
  }

  private func batch(_ records: String) throws -> SQSEvent {
    guard case .batch(let batch) = try decode("{\"Records\":[\(records)]}") else {
      throw IncomingEventError.batch("taken for a notification")
    }
    return batch
  }

  private static func message(_ id: String) throws -> String {
    #"{"messageId":"\#(id)","eventSource":"aws:sqs","body":\#(try S3NotificationTests.quoted(notification))}"#
  }

  @Test(
    "a batch stays a batch, whatever is garbled in its first record",
    arguments: [
      #"{"messageId":"bad","body":"b","eventSource":3}"#, #"{"messageId":"bad","body":"b","eventSource":null}"#,
      #"{"messageId":"bad","body":"b"}"#, #"{"messageId":"bad","eventSource":"aws:sqs","body":7}"#,
      #"{"messageId":"bad","eventSource":"aws:sqs","body":"b","attributes":[1]}"#,
    ])
  func garbledFirst(record: String) throws {
    let batch = try batch("\(record),\(try Self.message("good"))")
    #expect(batch.records.map(\.messageID) == ["bad", "good"])
    #expect(batch.records.last?.decodingFault == nil)
    #expect(IncomingEvent.batch(batch).objects == [S3NotificationTests.expected])
  }

  @Test("a batch stays a batch where only its last record says so")
  func lastSaysSo() throws {
    #expect(try batch("{\"messageId\":\"bad\",\"eventSource\":3},\(try Self.message("good"))").records.count == 2)
  }

  @Test("a record that nothing could name is an error of the batch, with its place")
  func nameless() throws {
    for nameless in [#"{"eventSource":"aws:sqs","body":"b"}"#, #"{"messageId":7,"body":"b"}"#, "5"] {
      #expect {
        _ = try batch("\(try Self.message("good")),\(nameless)")
      } throws: {
        guard case .batch(let reason)? = $0 as? IncomingEventError else { return false }
        return reason.contains("[1]")
      }
    }
  }

  @Test("a notification is one straight from S3, from SNS and from EventBridge")
  func straight() throws {
    let invoked = """
      {"Records":[{"EventSource":"aws:sns","Sns":{"MessageId":"1","Message":\(
        try S3NotificationTests.quoted(Self.notification))}}]}
      """
    for event in [Self.notification, invoked] {
      #expect(try decode(event) == .notification(.objects([S3NotificationTests.expected])))
      #expect(try decode(event).objects == [S3NotificationTests.expected])
    }
    let bridged = """
      {"source":"aws.s3","detail-type":"Object Created","time":"2026-01-02T03:04:05Z","detail":{"reason":"PutObject",
      "bucket":{"name":"raw"},"object":{"key":"a+b"}}}
      """
    #expect(try decode(bridged).objects.map(\.key) == ["a+b"])
  }

  @Test("another service's event is not a notification, and says why", arguments: ["aws:kinesis", "aws:dynamodb"])
  func others(source: String) {
    #expect(throws: IncomingEventError.notification(.notANotification)) {
      try decode(#"{"Records":[{"eventSource":"\#(source)","eventVersion":"1.0"}]}"#)
    }
    #expect(throws: IncomingEventError.notification(.notANotification)) { try decode("{}") }
  }

  @Test("a message that cannot be read names no objects, and leaves those of the others")
  func objects() throws {
    let event = try decode(
      #"{"Records":[{"messageId":"m","eventSource":"aws:sqs","body":"nonsense"},\#(try Self.message("n"))]}"#)
    #expect(event.objects == [S3NotificationTests.expected])
  }
}
