import Foundation
import LambdaEvents
import Testing

@Suite("SQS events", .timeLimit(.minutes(1)))
struct SQSEventTests {
  private func decode(_ json: String) throws -> SQSEvent {
    try JSONDecoder().decode(SQSEvent.self, from: Data(json.utf8))
  }

  @Test("a message decodes with its attributes, custom types included")
  func whole() throws {
    let event = try decode(
      """
      {"Records":[{"messageId":"m1","receiptHandle":"r","body":"hello","attributes":{"ApproximateReceiveCount":"3",
      "SentTimestamp":"1545082649183","MessageGroupId":"g"},"messageAttributes":{
      "count":{"stringValue":"7","stringListValues":[],"binaryListValues":[],"dataType":"Number.int"},
      "blob":{"binaryValue":"AQID","dataType":"Binary.png"}},"md5OfBody":"5d41","eventSource":"aws:sqs",
      "eventSourceARN":"arn:aws:sqs:us-east-2:123456789012:q.fifo","awsRegion":"us-east-2"}]}
      """)
    let message = try #require(event.records.first)
    #expect(message.messageID == "m1")
    #expect(message.body == "hello")
    #expect(message.approximateReceiveCount == 3)
    #expect(message.sentAt == Date(timeIntervalSince1970: 1_545_082_649.183))
    #expect(message.messageGroupID == "g")
    #expect(message.isFromFIFOQueue)
    #expect(message.messageAttributes["count"] == SQSMessageAttribute(dataType: "Number.int", stringValue: "7"))
    #expect(message.messageAttributes["count"]?.baseType == "Number")
    #expect(message.messageAttributes["blob"]?.binaryValue == [1, 2, 3])
    #expect(message.awsRegion == "us-east-2")
  }

  /// Records, and the first field in each that cannot be read.
  static let garbled: [(record: String, field: String)] = [
    (#"{"messageId":"bad"}"#, "body"),
    (#"{"messageId":"bad","body":null,"attributes":null}"#, "body"),
    (#"{"messageId":"bad","body":{"a":1},"attributes":[1],"messageAttributes":"x","eventSource":3}"#, "body"),
    (#"{"messageId":"bad","body":"b","attributes":[1]}"#, "attributes"),
    (#"{"messageId":"bad","body":"b","attributes":{"A":"1","SentTimestamp":17}}"#, "attributes.SentTimestamp"),
    (#"{"messageId":"bad","body":"b","messageAttributes":"x"}"#, "messageAttributes"),
    (#"{"messageId":"bad","body":"b","messageAttributes":{"a":{"dataType":9}}}"#, "messageAttributes.a"),
    (
      #"{"messageId":"bad","body":"b","messageAttributes":{"a":{"dataType":"Binary","binaryValue":"%"}}}"#,
      "messageAttributes.a"
    ),
    (#"{"messageId":"bad","body":"b","eventSource":3}"#, "eventSource"),
    (#"{"messageId":"bad","body":"b","eventSourceARN":{}}"#, "eventSourceARN"),
  ]

  @Test(
    "a record that is garbled anywhere but in its id still decodes, says where, and leaves the others alone",
    arguments: garbled)
  func lenient(record: String, field: String) throws {
    let event = try decode("{\"Records\":[{\"messageId\":\"good\",\"body\":\"b\"},\(record)]}")
    #expect(event.records.map(\.messageID) == ["good", "bad"])
    #expect(event.records.map(\.decodingFault?.field) == [nil, field])
    #expect(event.records.last?.body == (field == "body" ? "" : "b"))
  }

  @Test("an empty body is a body")
  func emptyBody() throws {
    let event = try decode(#"{"Records":[{"messageId":"m","body":""}]}"#)
    #expect(event.records == [SQSMessage(messageID: "m", body: "", eventSource: nil)])
  }

  @Test("a record without an id fails the event: nothing could name it")
  func withoutID() {
    #expect(throws: DecodingError.self) { try decode(#"{"Records":[{"body":"b"}]}"#) }
  }

  @Test("an event that was decoded encodes to what decodes to the same")
  func roundTrip() throws {
    let event = SQSEvent(records: [
      SQSMessage(
        messageID: "m", body: "b", attributes: ["SentTimestamp": "1"],
        messageAttributes: ["a": SQSMessageAttribute(dataType: "Binary", binaryValue: [0, 255])],
        eventSourceARN: "arn:aws:sqs:eu-west-1:1:q")
    ])
    #expect(try JSONDecoder().decode(SQSEvent.self, from: JSONEncoder().encode(event)) == event)
  }

  @Test("the list of failures is written even when it is empty")
  func emptyResponse() throws {
    #expect(try JSONEncoder().encode(BatchResponse()) == Data(#"{"batchItemFailures":[]}"#.utf8))
    let one = BatchResponse(batchItemFailures: [.init(itemIdentifier: "m")])
    #expect(try JSONEncoder().encode(one) == Data(#"{"batchItemFailures":[{"itemIdentifier":"m"}]}"#.utf8))
  }
}
