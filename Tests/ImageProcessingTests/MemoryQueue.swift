import Foundation
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import Threads

/// SQS's rules in memory: a message that was received is hidden until its time-out, and then comes again.
final class MemoryQueue: MessageQueue {
  private struct Entry {
    var body: String
    var visibleAt = ContinuousClock().now
    var receives = 0
  }

  private let entries = Monitor<[String: Entry]>([:])

  var count: Int { entries.change { $0.count } }
  var bodies: [String] { entries.change { $0.values.map(\.body) } }
  var visibleCount: Int { entries.change { $0.values.count { $0.visibleAt <= ContinuousClock().now } } }
  var mostReceives: Int { entries.change { $0.values.map(\.receives).max() ?? 0 } }

  func send(_ body: String) { entries.change { $0[UUID().uuidString] = Entry(body: body) } }

  func sendBatch(_ bodies: [String]) -> [SendFailure] {
    for body in bodies { send(body) }
    return []
  }
  func isNamed(byARN arn: String) -> Bool { arn == "arn:aws:sqs:eu-central-1:123456789012:memory" }

  func receive(atMost count: Int, wait: Duration, visibilityTimeout: Duration) -> [SQSMessage] {
    let deadline = ContinuousClock().now + wait
    while true {
      let taken = entries.change { entries -> [SQSMessage] in
        let now = ContinuousClock().now
        return entries.filter { $0.value.visibleAt <= now }.prefix(count).map { id, entry in
          entries[id]?.visibleAt = now + visibilityTimeout
          entries[id]?.receives += 1
          return SQSMessage(
            messageID: id, receiptHandle: id, body: entry.body,
            attributes: ["ApproximateReceiveCount": "\(entry.receives + 1)"])
        }
      }
      if !taken.isEmpty || ContinuousClock().now >= deadline { return taken }
      usleep(5_000)
    }
  }

  func changeVisibility(of messages: [SQSMessage], to timeout: Duration) {
    entries.change { entries in
      for message in messages { entries[message.messageID]?.visibleAt = ContinuousClock().now + timeout }
    }
  }

  func delete(_ message: SQSMessage) { entries.change { $0[message.messageID] = nil } }
}
