import AWSServices
import FoundationEssentials
import ImageProcessing
import LambdaEvents
import Threads

/// A queue of Amazon SQS.
struct SQSQueue: MessageQueue {
  let sqs: SQSClient
  let queueURL: SQSQueueURL
  /// Is told of messages that did not come as they were sent, which are left out.
  var report: @Sendable (AWSError) -> Void = { _ in }

  private var url: String { queueURL.text }

  /// For a change of visibility, with all attempts at it.
  private static let limit: Duration = .seconds(4)

  func send(_ body: String) throws {
    _ = try runBlocking { try await sqs.send(body, to: url) }
  }

  func sendBatch(_ bodies: [String]) throws -> [SendFailure] {
    let entries = bodies.enumerated().map { SQSSendEntry(id: String($0.offset), body: $0.element) }
    let result = try runBlocking { try await sqs.sendBatch(entries, to: url) }
    // What the response says nothing of may or may not have been taken: to send it again does no harm.
    let silent = Set(entries.map(\.id)).subtracting(result.successful).subtracting(result.failed.map(\.id))
    let failures = result.failed.compactMap { failure in
      Int(failure.id).map {
        SendFailure(
          index: $0, reason: "\(failure.code) \(failure.message ?? "")", isWorthAnotherTry: !failure.isSendersFault)
      }
    }
    return failures
      + silent.compactMap { Int($0) }.sorted().map {
        SendFailure(index: $0, reason: "the queue's response does not name it", isWorthAnotherTry: true)
      }
  }

  func isNamed(byARN arn: String) -> Bool { queueURL.isNamed(byARN: arn) }

  func receive(
    atMost count: Int, wait: Duration, visibilityTimeout: Duration
  ) throws -> [LambdaEvents.SQSMessage] {
    let messages = try runBlocking {
      try await sqs.receive(
        from: url, maxMessages: count, waitTime: wait, visibilityTimeout: visibilityTimeout, report: report)
    }
    return messages.map {
      LambdaEvents.SQSMessage(
        messageID: $0.id, receiptHandle: $0.receipt, body: $0.body, attributes: $0.attributes,
        eventSource: "aws:sqs")
    }
  }

  func changeVisibility(of messages: [LambdaEvents.SQSMessage], to timeout: Duration) throws {
    let receipts = messages.compactMap { message in
      message.receiptHandle.map { SQSReceipt(id: message.messageID, receipt: $0) }
    }
    let failures = try runBlocking {
      let batches = stride(from: 0, to: receipts.count, by: 10).map { receipts[$0..<min($0 + 10, receipts.count)] }
      // A group would wait for whoever does not heed that it is cancelled, such as one that waits for credentials.
      let (ends, end) = AsyncStream<[String]?>.makeStream()
      let workers = batches.map { batch in Task { _ = end.yield(await hide(Array(batch), for: timeout)) } }
      let timer = Task {
        try? await Task.sleep(for: Self.limit)
        end.yield(nil)
      }
      defer { (workers + [timer]).forEach { $0.cancel() } }
      var failures: [String] = []
      var running = batches.count
      for await ended in ends where running > 0 {
        running -= 1
        // The time-out comes first: nothing more is heard of the rest.
        failures += ended ?? ["no response within \(Self.limit)"]
        if ended == nil || running == 0 { break }
      }
      return failures
    }
    guard failures.isEmpty else { throw VisibilityUnknown(failures: failures) }
  }

  /// - Returns: What went wrong, a sentence each.
  private func hide(_ batch: [SQSReceipt], for timeout: Duration) async -> [String] {
    do {
      return try await sqs.changeVisibilityBatch(batch, of: url, to: timeout).failed.map {
        "message \($0.id): \($0.code) \($0.message ?? "")"
      }
    } catch {
      return ["\(batch.count) messages: \(error)"]
    }
  }

  /// Messages of which it is not known how long they stay hidden.
  struct VisibilityUnknown: Error, CustomStringConvertible {
    var failures: [String]
    var description: String { failures.joined(separator: "; ") }
  }

  func delete(_ message: LambdaEvents.SQSMessage) throws {
    guard let receipt = message.receiptHandle else { return }
    try runBlocking { try await sqs.delete(receipt, from: url) }
  }
}

extension SQSQueueURL {
  /// The URL of a standard queue.
  ///
  /// FIFO queues are refused. Their deduplication would drop a job that comes again within five minutes, as after a
  /// changed recipe, and one job that fails would hold up those after it; S3 does not notify them either.
  init(standard text: String) throws(Fault) {
    try self.init(text)
    if isFIFO {
      throw Fault(description: "is a FIFO queue, which would drop a job that comes again; give a standard queue")
    }
  }

  /// The same from `--queue-url`.
  /// - Throws: `CommandError` of wrong arguments.
  init(argument text: String) throws {
    do throws(Fault) { try self.init(standard: text) } catch {
      throw CommandError.usage("--queue-url: \(text.quoted) \(error)")
    }
  }
}
