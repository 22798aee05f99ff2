import AWSServices
import AWSFixtures
import Foundation
import Synchronization
import Testing

/// What goes over the wire and how answers are read, with a server of the test's own.
@Suite struct SQSProtocolTests {
  let queue = "https://sqs.eu-central-1.amazonaws.com/1/images"

  @Test func speaksTheJSONProtocol() async throws {
    let server = try FaultServer { _ in
      .init(
        text:
          #"{"Messages":[{"MessageId":"m","ReceiptHandle":"r","Body":"b","Attributes":{"ApproximateReceiveCount":"3"}}]}"#
      )
    }
    let messages = try await TestClient(server.url).sqs.receive(from: queue, maxMessages: 5, waitTime: .seconds(2))
    #expect(
      messages == [SQSReceivedMessage(id: "m", receipt: "r", body: "b", attributes: ["ApproximateReceiveCount": "3"])])
    #expect(messages[0].receiveCount == 3)
    let request = server.requests[0]
    #expect(request.headers["x-amz-target"] == "AmazonSQS.ReceiveMessage")
    #expect(request.headers["content-type"] == "application/x-amz-json-1.0")
    #expect(request.headers["authorization"]?.contains("/eu-central-1/sqs/aws4_request,") == true)
    let sent = try #require(JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
    #expect(sent["QueueUrl"] as? String == queue)
    #expect(sent["MaxNumberOfMessages"] as? Int == 5)
    #expect(sent["WaitTimeSeconds"] as? Int == 2)
    #expect(sent["VisibilityTimeout"] == nil)
  }

  @Test func waitsAsLongAsTheServiceMay() async throws {
    let server = try FaultServer { _ in .init(text: "{}", fault: .drip(bytes: 1, milliseconds: 700)) }
    let test = try TestClient(server.url, idleTimeout: .seconds(1))
    #expect(try await test.sqs.receive(from: queue, waitTime: .seconds(1)) == [])
  }

  @Test func readsErrorsOfTheJSONProtocol() async throws {
    let server = try FaultServer { _ in
      .init(
        400, headers: ["x-amzn-RequestId": "R"],
        text: #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no such queue"}"#)
    }
    await #expect(
      throws: AWSError.service(
        AWSCall(service: "SQS", operation: "DeleteMessage", resource: queue),
        ServiceFailure(
          status: 400, code: "QueueDoesNotExist", message: "no such queue", requestID: "R", isRetryable: false))
    ) { try await TestClient(server.url).sqs.delete("r", from: queue) }
  }

  @Test func aBodyThatCameAsItWasSentIsTaken() async throws {
    let server = try FaultServer { request in
      request.index == 0
        ? .init(
          text:
            #"{"Messages":[{"MessageId":"m","ReceiptHandle":"r","Body":"hello","MD5OfBody":"5d41402abc4b2a76b9719d911017c592"}]}"#
        ) : .init(text: #"{"MessageId":"m","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}"#)
    }
    let sqs = try TestClient(server.url).sqs
    #expect(try await sqs.receive(from: queue).map(\.body) == ["hello"])
    #expect(try await sqs.send("hello", to: queue) == "m")
  }

  @Test func aBodyThatWasChangedOnTheWayIsLeftOutAndTold() async throws {
    let digest = #""MD5OfBody":"5d41402abc4b2a76b9719d911017c592"}"#
    let server = try FaultServer { request in
      request.index == 0
        ? .init(
          text: #"{"Messages":[{"MessageId":"m","ReceiptHandle":"r","Body":"hallo",\#(digest),"#
            + #"{"MessageId":"n","ReceiptHandle":"s","Body":"hello",\#(digest)]}"#)
        : .init(text: #"{"MessageId":"m","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}"#)
    }
    let sqs = try TestClient(server.url).sqs
    func corrupted(_ operation: String) -> AWSError {
      .corrupted(
        AWSCall(service: "SQS", operation: operation, resource: queue), algorithm: "MD5",
        expected: "5d41402abc4b2a76b9719d911017c592", actual: "598d4c200461b81522a3328565c25f7c")
    }
    let told = Mutex<[AWSError]>([])
    let messages = try await sqs.receive(from: queue) { error in told.withLock { $0.append(error) } }
    #expect(messages.map(\.id) == ["n"])
    #expect(told.withLock { $0 } == [corrupted("ReceiveMessage")])
    await #expect(throws: corrupted("SendMessage")) { _ = try await sqs.send("hallo", to: queue) }
    #expect(corrupted("").isRetryable)
  }

  @Test func anEntryOfABatchThatWasChangedOnTheWayHasFailed() async throws {
    let server = try FaultServer { _ in
      .init(
        text:
          #"{"Successful":[{"Id":"a","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"},{"Id":"b","MD5OfMessageBody":"5d41402abc4b2a76b9719d911017c592"}]}"#
      )
    }
    let result = try await TestClient(server.url).sqs.sendBatch(
      [SQSSendEntry(id: "a", body: "hello"), SQSSendEntry(id: "b", body: "hallo")], to: queue)
    #expect(result.successful == ["a"])
    #expect(result.failed.map(\.id) == ["b"])
    #expect(result.failed.map(\.isSendersFault) == [false])
  }

  @Test func tellsWhichOfABatchFailed() async throws {
    let server = try FaultServer { _ in
      .init(text: #"{"Successful":[{"Id":"a"}],"Failed":[{"Id":"b","Code":"X","SenderFault":true}]}"#)
    }
    let result = try await TestClient(server.url).sqs.deleteBatch(
      [SQSReceipt(id: "a", receipt: "1"), SQSReceipt(id: "b", receipt: "2")], from: queue)
    #expect(result.successful == ["a"])
    #expect(result.failed.map(\.id) == ["b"])
    #expect(result.failed[0].isSendersFault)
  }

  @Test(arguments: [0, 11]) func refusesABatchOfTheWrongSize(count: Int) async throws {
    let entries = (0..<count).map { SQSSendEntry(id: "\($0)", body: "b") }
    await #expect {
      _ = try await TestClient("http://127.0.0.1:1").sqs.sendBatch(entries, to: queue)
    } throws: { error in
      if case .invalidRequest = error as? AWSError { true } else { false }
    }
  }

  @Test(arguments: ["", "[]", "<html>", #"{"Messages":[{"Body":"b"}]}"#])
  func anAnswerThatIsNoneIsAnErrorOrNothing(body: String) async throws {
    let server = try FaultServer { _ in .init(text: body) }
    do {
      let messages = try await TestClient(server.url).sqs.receive(from: queue)
      #expect(messages.isEmpty && body.isEmpty)
    } catch let error as AWSError {
      if case .invalidResponse = error { return }
      Issue.record("\(error)")
    }
  }
}

private let environment = ProcessInfo.processInfo.environment

/// The client against a real server.
///
/// `Tests/SystemTests/cloud/test_aws_storage.py` starts one and runs this suite.
@Suite(.enabled(if: environment["DARKROOM_TEST_SQS"] != nil, "DARKROOM_TEST_SQS is not set: there is no server"))
struct SQSClientTests {
  let sqs: SQSClient

  init() throws {
    sqs = SQSClient(client: try AWSClient(configuration: try AWSConfiguration(environment: environment)))
  }

  private func queue(_ attributes: [String: String] = [:]) async throws -> String {
    try await sqs.createQueue(name: "darkroom-\(UUID())", attributes: attributes)
  }

  @Test func aMessageGoesThroughAndIsGone() async throws {
    let queue = try await queue()
    let body = #"{"key":"Grüße & <写真> 😀"}"#
    let id = try await sqs.send(body, to: queue)
    let message = try #require(try await sqs.receive(from: queue, waitTime: .seconds(5)).first)
    #expect(message.id == id)
    #expect(message.body == body)
    #expect(message.receiveCount == 1)
    try await sqs.delete(message.receipt, from: queue)
    #expect(try await sqs.receive(from: queue, waitTime: .seconds(0)) == [])
  }

  @Test func aMessageThatIsGivenBackComesAgain() async throws {
    let queue = try await queue(["VisibilityTimeout": "600"])
    try await sqs.send("a", to: queue)
    let first = try #require(try await sqs.receive(from: queue, waitTime: .seconds(5)).first)
    #expect(try await sqs.receive(from: queue, waitTime: .seconds(0)) == [])
    try await sqs.changeVisibility(first.receipt, of: queue, to: .seconds(0))
    let second = try #require(try await sqs.receive(from: queue, waitTime: .seconds(5)).first)
    #expect(second.id == first.id)
    #expect(second.receiveCount == 2)
  }

  @Test func aLongPollEndsWhenAMessageComes() async throws {
    let queue = try await queue()
    let start = ContinuousClock.now
    async let waiting = sqs.receive(from: queue, waitTime: .seconds(20))
    try await Task.sleep(for: .seconds(1))
    try await sqs.send("late", to: queue)
    #expect(try await waiting.map(\.body) == ["late"])
    #expect((.seconds(1)...(.seconds(10))).contains(ContinuousClock.now - start))
  }

  @Test func batchesGoThrough() async throws {
    let queue = try await queue()
    let sent = try await sqs.sendBatch((0..<10).map { SQSSendEntry(id: "n\($0)", body: "body \($0)") }, to: queue)
    #expect(Set(sent.successful) == Set((0..<10).map { "n\($0)" }))
    var messages: [SQSReceivedMessage] = []
    while messages.count < 10 { messages += try await sqs.receive(from: queue, waitTime: .seconds(5)) }
    #expect(Set(messages.map(\.body)) == Set((0..<10).map { "body \($0)" }))
    let receipts = messages.enumerated().map { SQSReceipt(id: "m\($0)", receipt: $1.receipt) }
    #expect(try await sqs.changeVisibilityBatch(receipts, of: queue, to: .seconds(60)).failed.isEmpty)
    let deleted = try await sqs.deleteBatch(receipts, from: queue)
    #expect(deleted.successful.count == 10)
    #expect(try await sqs.receive(from: queue, waitTime: .seconds(0)) == [])
  }

  @Test func aQueueThatIsNotThereIsToldByItsCode() async throws {
    await #expect {
      _ = try await sqs.queueURL(name: "no-such-queue-\(UUID())")
    } throws: { error in
      let error = try #require(error as? AWSError)
      return error.code?.contains("QueueDoesNotExist") == true || error.code?.contains("NonExistentQueue") == true
    }
  }
}
