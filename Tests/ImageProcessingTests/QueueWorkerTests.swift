import Foundation
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import Logging
import Testing
import Threads

@Suite struct QueueWorkerTests {
  private func worker(
    _ shop: Workshop, _ queue: any MessageQueue, options: QueueWorker.Options,
    protection: any TaskProtection = NoTaskProtection()
  ) -> QueueWorker {
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return QueueWorker(
      queue: queue, handler: ImageEventHandler(processor: shop.processor, concurrency: 1, log: log),
      options: options, protection: protection, log: log)
  }

  private func notification(_ job: ImageJob) throws -> String {
    String(decoding: try S3Notification.encode([job.event]), as: UTF8.self)
  }

  @Test func aJobOverTheLimitsIsHandedOverAndDoneWhereThereIsMore() throws {
    let queue = MemoryQueue()
    try withWorkshop(memory: 1 << 10, largeJobs: queue) { shop in
      let job = try shop.upload("chelsea.jpg", to: "web/a b+ü.jpg", sequencer: "0A")
      guard case .handedOver = try shop.process(job) else { throw Unexpected() }
      #expect(try shop.rows().isEmpty)
      #expect(try S3Notification.decode(try #require(queue.bodies.first)) == .objects([job.event]))

      let larger = Workshop(root: shop.root, store: shop.store, processor: shop.processor.with(memory: 1 << 30))
      let result = try worker(
        larger, queue, options: .init(concurrency: 2, idleLimit: .milliseconds(50), stopTimeout: .zero)
      ).run()
      #expect(result == (1, 0))
      #expect(queue.count == 0)
      #expect(try shop.rows().map(\.status) == [.processed])
    }
  }

  @Test func aDrainedQueueLeavesARowForEveryMessage() throws {
    let queue = MemoryQueue()
    try withWorkshop { shop in
      for index in 0..<25 { queue.send(try notification(try shop.upload("chelsea.jpg", to: "web/\(index).jpg"))) }
      let result = try worker(
        shop, queue, options: .init(concurrency: 4, idleLimit: .milliseconds(50), stopTimeout: .zero)
      ).run()
      #expect(result == (25, 0))
      #expect(queue.count == 0)
      #expect(try shop.rows().count == 25)
    }
  }

  @Test func aMessageThatFailsStaysInTheQueue() throws {
    let queue = MemoryQueue()
    try withWorkshop { shop in
      queue.send("no event")
      let result = try worker(
        shop, queue, options: .init(concurrency: 1, idleLimit: .milliseconds(50), stopTimeout: .zero)
      ).run()
      #expect(result == (0, 1))
      #expect(queue.count == 1)
    }
  }

  @Test func anOrderToStopEndsTheWorkAndGivesBackWhatIsLeft() throws {
    let queue = MemoryQueue()
    try withWorkshop { shop in
      for index in 0..<40 {
        queue.send(try notification(try shop.upload("coffee-cutout.png", to: "web/\(index).png")))
      }
      let worker = worker(shop, queue, options: .init(concurrency: 1, idleLimit: nil, stopTimeout: .zero))
      let ended = Monitor<(finished: Int, failed: Int)?>(nil)
      try DedicatedThread {
        let result = (try? worker.run()) ?? (-1, -1)
        ended.change { $0 = result }
      }.detach()
      while queue.count > 38 { usleep(1_000) }
      worker.stop()
      let result = ended.wait { $0 }
      #expect(result.finished >= 2)
      #expect(result.finished < 40)
      // The one that was under way may have been deleted since; all others can be seen by the next worker.
      #expect((39...40).contains(queue.count + result.finished))
      #expect(queue.visibleCount >= queue.count - 1)
    }
  }

  @Test func aMessageThatComesAgainWhileItIsWorkedOnIsNotDoneTwice() throws {
    let queue = MemoryQueue()
    try withWorkshop { shop in
      queue.send(try notification(try shop.upload("coffee-cutout.png", to: "web/a.png")))
      let result = try worker(
        shop, queue,
        options: .init(
          concurrency: 4, visibilityTimeout: .milliseconds(3), idleLimit: .milliseconds(50), stopTimeout: .zero)
      ).run()
      #expect(result == (1, 0))
      #expect(queue.count == 0)
    }
  }

  @Test func aQueueThatIsOutOfOrderForAWhileDoesNotEndTheWorker() throws {
    let queue = FaultyQueue(faultyReceives: [2])
    try withWorkshop { shop in
      for index in 0..<2 { queue.queue.send(try notification(try shop.upload("chelsea.jpg", to: "web/\(index).jpg"))) }
      let result = try worker(
        shop, queue, options: .init(concurrency: 1, idleLimit: .milliseconds(50), stopTimeout: .seconds(5))
      ).run()
      #expect(result == (2, 0))
      #expect(queue.receives.change { $0 } > 2)
    }
  }

  @Test func aQueueThatHasNeverAnsweredEndsTheWorker() throws {
    try withWorkshop { shop in
      let worker = worker(
        shop, FaultyQueue(faultyReceives: [1]),
        options: .init(concurrency: 1, idleLimit: .milliseconds(50), stopTimeout: .zero))
      #expect(throws: FaultyQueue.OutOfOrder.self) { try worker.run() }
    }
  }

  @Test func aTaskIsProtectedFromItsFirstJobUntilTheQueueIsEmpty() throws {
    let queue = MemoryQueue()
    let protection = RecordedProtection()
    try withWorkshop { shop in
      for index in 0..<8 {
        queue.send(try notification(try shop.upload("coffee-cutout.png", to: "web/\(index).png")))
      }
      _ = try worker(
        shop, queue, options: .init(concurrency: 1, idleLimit: .milliseconds(50), stopTimeout: .zero),
        protection: protection
      ).run()
      #expect(protection.calls.change { $0 } == [true, false])
    }
  }
}

/// A queue that cannot be read at times.
private final class FaultyQueue: MessageQueue {
  struct OutOfOrder: Error {}

  let queue = MemoryQueue()
  let receives = Monitor(0)
  private let faultyReceives: Set<Int>

  init(faultyReceives: Set<Int>) { self.faultyReceives = faultyReceives }

  func send(_ body: String) { queue.send(body) }

  func receive(atMost count: Int, wait: Duration, visibilityTimeout: Duration) throws -> [SQSMessage] {
    let number = receives.change { number -> Int in
      number += 1
      return number
    }
    if faultyReceives.contains(number) { throw OutOfOrder() }
    return queue.receive(atMost: count, wait: wait, visibilityTimeout: visibilityTimeout)
  }

  func changeVisibility(of message: SQSMessage, to timeout: Duration) {
    queue.changeVisibility(of: message, to: timeout)
  }

  func delete(_ message: SQSMessage) { queue.delete(message) }
}

/// Remembers what was asked for.
private final class RecordedProtection: TaskProtection {
  let calls = Monitor<[Bool]>([])

  func set(_ isProtected: Bool) { calls.change { $0.append(isProtected) } }
}
