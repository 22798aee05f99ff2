import Foundation
import LambdaEvents
import LambdaRuntime
import LambdaTesting
import RuntimeFixtures
import Testing
import Threads

@Suite("SQS batches", .timeLimit(.minutes(1)))
struct SQSBatchTests {
  private struct Unlucky: Error {}

  private func event(_ ids: [String], group: (String) -> String? = { _ in nil }, queue: String = "q") -> SQSEvent {
    SQSEvent(
      records: ids.map { id in
        SQSMessage(
          messageID: id, body: id, attributes: group(id).map { ["MessageGroupId": $0] } ?? [:],
          eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:\(queue)")
      })
  }

  private func ids(_ outcome: BatchOutcome<SQSMessage>) -> (succeeded: [String], failed: [String], notStarted: [String])
  {
    (outcome.succeeded.map(\.messageID), outcome.failed.map(\.record.messageID), outcome.notStarted.map(\.messageID))
  }

  @Test("every message ends in exactly one list, in the batch's order, and what did not succeed is reported")
  func oneList() async {
    let all = (0..<50).map { "m\($0)" }
    let outcome = await EventBatch.process(event(all), context: LambdaContext(), concurrency: 4) { message in
      if message.messageID.hasSuffix("3") { throw Unlucky() }
    }
    let unlucky = all.filter { $0.hasSuffix("3") }
    #expect(ids(outcome).succeeded == all.filter { !$0.hasSuffix("3") })
    #expect(ids(outcome).failed == unlucky)
    #expect(ids(outcome).notStarted.isEmpty)
    #expect(outcome.response.batchItemFailures.map(\.itemIdentifier) == unlucky)
  }

  @Test("no more run side by side than allowed, and as many as allowed do", arguments: [1, 3])
  func concurrency(limit: Int) async {
    let running = Monitor((now: 0, most: 0))
    // Fewer side by side would wait for the others for good.
    let all = Rendezvous(of: limit)
    _ = await EventBatch.process(event((0..<12).map { "\($0)" }), context: LambdaContext(), concurrency: limit) { _ in
      running.change {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      await all.meet()
      running.change { $0.now -= 1 }
    }
    #expect(running.change { $0.most } == limit)
  }

  @Test("a FIFO group runs in order and stops at its first failure; other groups go on")
  func fifo() async {
    let order = Monitor<[String]>([])
    let batch = event(["a1", "b1", "a2", "b2", "a3", "b3"], group: { String($0.prefix(1)) }, queue: "q.fifo")
    let outcome = await EventBatch.process(batch, context: LambdaContext(), concurrency: 6) { message in
      order.change { $0.append(message.messageID) }
      if message.messageID == "a2" { throw Unlucky() }
    }
    #expect(ids(outcome).succeeded == ["a1", "b1", "b2", "b3"])
    #expect(ids(outcome).failed == ["a2"])
    #expect(ids(outcome).notStarted == ["a3"])
    #expect(outcome.response.batchItemFailures.map(\.itemIdentifier) == ["a2", "a3"])
    #expect(order.change { $0.filter { $0.hasPrefix("b") } } == ["b1", "b2", "b3"])
  }

  private static func fifo(_ id: String, _ rest: String) -> String {
    #"{"messageId":"\#(id)","eventSourceARN":"arn:aws:sqs:eu-west-1:1:q.fifo",\#(rest)}"#
  }

  private static func fifo(_ id: String) -> String {
    fifo(id, #""body":"b","attributes":{"MessageGroupId":"\#(id.prefix(1))"}"#)
  }

  private static func standard(_ id: String, _ rest: String) -> String {
    #"{"messageId":"\#(id)","eventSourceARN":"arn:aws:sqs:eu-west-1:1:q",\#(rest)}"#
  }

  /// Records; which of them the handler is given, and how the others end.
  static let garbled: [(String, records: [String], handled: [String], failed: [String], notStarted: [String])] = [
    (
      "on a standard queue it fails alone",
      [standard("a", #""body":"b""#), standard("bad", #""body":{"a":1}"#), standard("c", #""body":"b""#)],
      ["a", "c"], ["bad"], []
    ),
    (
      "on a FIFO queue it stops its group",
      [
        fifo("a1"), fifo("b1"), fifo("a2", #""body":5,"attributes":{"MessageGroupId":"a"}"#), fifo("b2"), fifo("a3"),
      ],
      ["a1", "b1", "b2"], ["a2"], ["a3"]
    ),
    (
      "on a FIFO queue, without a group, it stops all that come after it",
      [fifo("a1"), fifo("b1"), fifo("bad", #""body":"b","attributes":7"#), fifo("a2"), fifo("c1")],
      ["a1", "b1"], ["bad"], ["a2", "c1"]
    ),
    (
      "one that does not tell its queue is of that of the others",
      [
        fifo("a1"), #"{"messageId":"a2","body":"b","attributes":{"MessageGroupId":"a"},"eventSourceARN":1}"#,
        fifo("b1"), fifo("a3"), #"{"messageId":"bad","eventSourceARN":1}"#, fifo("b2"),
      ],
      ["a1", "b1"], ["a2", "bad"], ["a3", "b2"]
    ),
    ("on its own it leaves nothing to handle", [fifo("bad", #""attributes":{}"#)], [], ["bad"], []),
  ]

  @Test("a message that cannot be read is reported, and no handler is given it", arguments: garbled)
  func garbledMessages(
    name: String, records: [String], handled: [String], failed: [String], notStarted: [String]
  ) async throws {
    let json = "{\"Records\":[\(records.joined(separator: ","))]}"
    let event = try JSONDecoder().decode(SQSEvent.self, from: Data(json.utf8))
    let given = Monitor<[String]>([])
    let outcome = await EventBatch.process(event, context: LambdaContext(), concurrency: 4) { message in
      given.change { $0.append(message.messageID) }
    }
    #expect(given.change { $0.sorted() } == handled.sorted())
    #expect(ids(outcome).succeeded == handled)
    #expect(ids(outcome).failed == failed)
    #expect(ids(outcome).notStarted == notStarted)
    #expect(outcome.failed.allSatisfy { $0.error is RecordDecodingFault })
    let reported = outcome.response.batchItemFailures.map(\.itemIdentifier)
    #expect(reported == event.records.map(\.messageID).filter { !handled.contains($0) })
  }

  @Test("a group on a standard queue holds nothing up")
  func fairQueue() async {
    let batch = event(["a1", "a2", "a3"], group: { _ in "tenant" })
    let outcome = await EventBatch.process(batch, context: LambdaContext(), concurrency: 1) { message in
      if message.messageID == "a1" { throw Unlucky() }
    }
    #expect(ids(outcome).succeeded == ["a2", "a3"])
    #expect(ids(outcome).failed == ["a1"])
  }

  @Test("nothing starts when less than the reserve is left")
  func noTime() async {
    let context = LambdaContext(deadline: Deadline(in: .milliseconds(500)))
    let outcome = await EventBatch.process(event(["a", "b"]), context: context, concurrency: 2, reserve: .seconds(1)) {
      _ in Issue.record("started without time")
    }
    #expect(ids(outcome).notStarted == ["a", "b"])
    #expect(outcome.response.batchItemFailures.map(\.itemIdentifier) == ["a", "b"])
  }

  @Test("when time runs out, what runs is cancelled and what waits is not started")
  func timeRunsOut() async {
    let (end, time) = AsyncStream.makeStream(of: Void.self)
    let isOver = Monitor(false)
    // Time is up once the second message runs, not by a clock that a busy machine outruns.
    let clock = BatchClock {
      isOver.change { $0 }
    } waitForTheEnd: {
      for await _ in end { break }
    }
    let outcome = await EventBatch.process(event(["quick", "slow", "waiting"]), concurrency: 1, clock: clock) {
      message in
      guard message.messageID == "slow" else { return }
      isOver.change { $0 = true }
      time.yield()
      try await Task.sleep(for: .seconds(3600))
    }
    #expect(ids(outcome).succeeded == ["quick"])
    #expect(ids(outcome).failed == ["slow"])
    #expect(outcome.failed.first?.error is CancellationError)
    #expect(ids(outcome).notStarted == ["waiting"])
    #expect(outcome.response.batchItemFailures.map(\.itemIdentifier) == ["slow", "waiting"])
  }

  @Test("what runs when the deadline comes is cancelled, and the answer is out before it")
  func deadline() async {
    let context = LambdaContext(deadline: Deadline(in: .seconds(30)))
    let outcome = await EventBatch.process(event(["slow"]), context: context, concurrency: 1, reserve: .seconds(29)) {
      _ in
      try await Task.sleep(for: .seconds(3600))
    }
    #expect(ids(outcome).succeeded.isEmpty)
    #expect(outcome.response.batchItemFailures.map(\.itemIdentifier) == ["slow"])
    #expect(!context.deadline.isPast)
  }

  @Test("an empty batch has an empty answer")
  func empty() async {
    let outcome = await EventBatch.process(event([]), context: LambdaContext(), concurrency: 2) { _ in }
    #expect(outcome.response == BatchResponse())
  }
}
