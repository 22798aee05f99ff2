import AWSClient
import FoundationEssentials
import ImageProcessing
import LambdaEvents
import Threads

/// A queue of Amazon SQS.
struct SQSQueue: MessageQueue {
  let sqs: SQSClient
  let url: String

  func send(_ body: String) throws {
    _ = try waitForTask { try await sqs.send(body, to: url) }
  }

  func receive(
    atMost count: Int, wait: Duration, visibilityTimeout: Duration
  ) throws -> [LambdaEvents.SQSMessage] {
    let messages = try waitForTask {
      try await sqs.receive(
        from: url, most: count, waitSeconds: wait.wholeSeconds, visibilitySeconds: visibilityTimeout.wholeSeconds)
    }
    return messages.map {
      LambdaEvents.SQSMessage(
        messageID: $0.id, receiptHandle: $0.receipt, body: $0.body, attributes: $0.attributes,
        eventSource: "aws:sqs")
    }
  }

  func changeVisibility(of message: LambdaEvents.SQSMessage, to timeout: Duration) throws {
    guard let receipt = message.receiptHandle else { return }
    try waitForTask { try await sqs.changeVisibility(receipt, of: url, seconds: timeout.wholeSeconds) }
  }

  func delete(_ message: LambdaEvents.SQSMessage) throws {
    guard let receipt = message.receiptHandle else { return }
    try waitForTask { try await sqs.delete(receipt, from: url) }
  }
}

extension Duration {
  /// Rounded up, since a time-out of half a second must not become none.
  fileprivate var wholeSeconds: Int { Int((self / .seconds(1)).rounded(.up)) }
}
