import Foundation
import LambdaEvents
import LambdaRuntime
import Testing
import Threads

@Suite("Batches of streams", .timeLimit(.minutes(1)))
struct StreamBatchTests {
  private struct Unlucky: Error {}

  private func event(_ records: [(number: Int, key: String)]) -> KinesisEvent {
    KinesisEvent(
      records: records.map {
        .init(kinesis: KinesisRecord(sequenceNumber: "\($0.number)", partitionKey: $0.key, data: []))
      })
  }

  private func ids(_ records: [some BatchRecord]) -> [String] { records.map(\.itemIdentifier) }

  @Test("all that went well is an empty list")
  func fine() async {
    let batch = event((0..<20).map { ($0, "k\($0 % 3)") })
    let outcome = await EventBatch.process(batch, context: LambdaContext(), concurrency: 4) { _ in }
    #expect(outcome.response == BatchResponse())
    #expect(ids(outcome.succeeded) == (0..<20).map { "\($0)" })
  }

  @Test("the first record that did not succeed is where the stream is read again; nothing starts after it")
  func checkpoint() async {
    let seen = Monitor<[String]>([])
    let batch = event([(1, "a"), (2, "b"), (3, "a"), (4, "b"), (5, "c")])
    let outcome = await EventBatch.process(batch, context: LambdaContext(), concurrency: 1) { record in
      seen.change { $0.append(record.itemIdentifier) }
      if record.itemIdentifier == "3" { throw Unlucky() }
    }
    #expect(seen.change { $0 } == ["1", "3", "2"])
    #expect(ids(outcome.succeeded) == ["1", "2"])
    #expect(outcome.failed.map(\.record.itemIdentifier) == ["3"])
    #expect(ids(outcome.notStarted) == ["4", "5"])
    #expect(outcome.response.batchItemFailures.map(\.itemIdentifier) == ["3"])
  }

  @Test("records of a key run in order")
  func order() async {
    let seen = Monitor<[String: [Int]]>([:])
    let batch = event((0..<60).map { ($0, "k\($0 % 5)") })
    _ = await EventBatch.process(batch, context: LambdaContext(), concurrency: 5) { record in
      await Task.yield()
      seen.change { $0[record.kinesis.partitionKey, default: []].append(Int(record.itemIdentifier) ?? -1) }
    }
    #expect(seen.change { $0.values.allSatisfy { $0 == $0.sorted() && $0.count == 12 } })
  }

  @Test("without time the stream is read again from the first record")
  func noTime() async {
    let context = LambdaContext(deadline: Deadline(in: .milliseconds(100)))
    let outcome = await EventBatch.process(event([(1, "a"), (2, "b")]), context: context, concurrency: 2) { _ in
      Issue.record("started without time")
    }
    #expect(outcome.response.batchItemFailures.map(\.itemIdentifier) == ["1"])
    #expect(ids(outcome.notStarted) == ["1", "2"])
  }

  @Test("a Kinesis record that cannot be read is the checkpoint, and no handler is given it")
  func garbledKinesis() async throws {
    let json = #"""
      {"Records":[{"kinesis":{"sequenceNumber":"1","partitionKey":"a","data":"aGk="}},
      {"kinesis":{"sequenceNumber":"2","partitionKey":"a","data":"%"},"eventName":7},
      {"kinesis":{"sequenceNumber":"3","partitionKey":"a","data":"aGk="}}]}
      """#
    let event = try JSONHandler.decode(KinesisEvent.self, Array(json.utf8))
    #expect(
      event.records[1].decodingFault?.description == "kinesis cannot be read: Records[1].kinesis.data: not base64")
    let outcome = await EventBatch.process(event, context: LambdaContext(), concurrency: 1) { record in
      #expect(record.kinesis.data.text == "hi")
    }
    #expect(outcome.failed.first?.error is RecordDecodingFault)
    #expect(outcome.response.batchItemFailures.map(\.itemIdentifier) == ["2"])
  }

  @Test("a DynamoDB record that cannot be read is the checkpoint, and no handler is given it")
  func garbledDynamoDB() async throws {
    let json = #"""
      {"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1","Keys":{"id":{"S":"a"}}}},
      {"eventName":"INSERT","dynamodb":{"SequenceNumber":"2","Keys":{"id":{"S":"b"}},"NewImage":{"n":{"N":"x"}}}},
      {"dynamodb":{"SequenceNumber":"3","Keys":{"id":{"S":"c"}}}}]}
      """#
    let event = try JSONHandler.decode(DynamoDBEvent.self, Array(json.utf8))
    #expect(event.records.map(\.decodingFault?.field) == [nil, "dynamodb", "eventName"])
    #expect(
      event.records[1].decodingFault?.reason == "Records[1].dynamodb.NewImage.n.N: “x” is not a number of DynamoDB")
    let seen = Monitor<[String]>([])
    let outcome = await EventBatch.process(event, context: LambdaContext(), concurrency: 8) { record in
      seen.change { $0.append(record.itemIdentifier) }
    }
    #expect(seen.change { $0 } == ["1"])
    #expect(outcome.response.batchItemFailures.map(\.itemIdentifier) == ["2"])
  }

  @Test(
    "a record without a number fails the event: nothing could name it",
    arguments: [
      #"{"Records":[{"kinesis":{"partitionKey":"a","data":""}}]}"#, #"{"Records":[{"kinesis":{"sequenceNumber":""}}]}"#,
      #"{"Records":[{}]}"#,
    ])
  func withoutNumber(json: String) {
    let error = #expect(throws: FunctionError.self) { try JSONHandler.decode(KinesisEvent.self, Array(json.utf8)) }
    #expect(error?.message.contains("Records[0].kinesis") == true)
  }
}
