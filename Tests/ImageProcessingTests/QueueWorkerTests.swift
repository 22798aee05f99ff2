import Foundation
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import Logging
import Testing
import Threads

@Suite struct QueueWorkerTests {
  private func worker(
    _ shop: Workshop, _ queue: any MessageQueue, jobLimit: Duration? = nil, options: QueueWorker.Options,
    protection: any TaskProtection = NoTaskProtection()
  ) -> QueueWorker {
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return QueueWorker(
      queue: queue,
      handler: ImageEventHandler(processor: shop.processor, concurrency: 1, jobLimit: jobLimit, log: log),
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
      try waitUntil { queue.count <= 38 }
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
      var store = WatchedStore(store: shop.store)
      // The job lasts until its message has come again.
      store.onRead = { _ in try waitUntil { queue.mostReceives >= 2 } }
      let result = try worker(
        shop.over(store), queue,
        options: .init(
          concurrency: 4, visibilityTimeout: .milliseconds(3), idleLimit: .milliseconds(50), stopTimeout: .zero)
      ).run()
      #expect(result == (1, 0))
      #expect(queue.count == 0)
      #expect(store.notes.all.count { $0 == "commit row" } == 1)
    }
  }

  @Test func aMessageThatSucceedsAfterItHadFailedCountsAsFinished() throws {
    let queue = MemoryQueue()
    try withWorkshop { shop in
      queue.send(try notification(try shop.upload("chelsea.jpg", to: "web/a.jpg")))
      let reads = Monitor(0)
      var store = WatchedStore(store: shop.store)
      store.onRead = { _ in
        let number = reads.change { number -> Int in
          number += 1
          return number
        }
        if number == 1 { throw WatchedStore.Refused() }
      }
      let result = try worker(
        shop.over(store), queue,
        options: .init(
          concurrency: 1, visibilityTimeout: .milliseconds(20), idleLimit: .milliseconds(500), stopTimeout: .zero)
      ).run()
      #expect(result == (1, 0))
      #expect(queue.count == 0)
    }
  }

  @Test func aJobOverItsLimitIsGivenUpAndFreesItsPlace() throws {
    let queue = MemoryQueue()
    let released = Monitor(false)
    try withWorkshop { shop in
      queue.send(try notification(try shop.upload("coffee-cutout.png", to: "web/drip.png")))
      var store = WatchedStore(store: shop.store)
      store.onRead = { if $0 > 0 { released.wait { $0 ? () : nil } } }
      // Beside the one that drips there is no room for another.
      let result = try worker(
        shop.over(store), queue, jobLimit: .milliseconds(1500),
        options: .init(concurrency: 1, idleLimit: .milliseconds(50), stopTimeout: .zero)
      ).run()
      #expect(result == (0, 1))
      #expect(queue.count == 1)
      released.change { $0 = true }
      // The thread that was left to itself reads no further, and writes nothing.
      try waitUntil { store.closed.all == ["web/drip.png"] }
      #expect(!store.notes.all.contains { $0.hasPrefix("commit") })
      #expect(try shop.rows().isEmpty)
    }
  }

  @Test func anOrderToStopWaitsForNoPollThatHangs() throws {
    let queue = FaultyQueue(faultyReceives: [], hangs: true)
    try withWorkshop { shop in
      let worker = worker(shop, queue, options: .init(concurrency: 1, idleLimit: nil, stopTimeout: .milliseconds(100)))
      try DedicatedThread {
        // Not before the poll has begun.
        try? waitUntil { queue.receives.change { $0 } == 1 }
        worker.stop()
      }.detach()
      #expect(try worker.run() == (0, 0))
      #expect(queue.isReleased.change { $0 } == false)
      queue.isReleased.change { $0 = true }
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

  @Test func aProtectionThatCouldNotBeLiftedIsLiftedAgain() throws {
    let queue = MemoryQueue()
    let protection = RecordedProtection(failing: [2])
    try withWorkshop { shop in
      queue.send(try notification(try shop.upload("chelsea.jpg", to: "web/a.jpg")))
      // Idle for long enough that the protection is lifted while the worker still waits for more.
      _ = try worker(
        shop, queue, options: .init(concurrency: 1, idleLimit: .seconds(6), stopTimeout: .zero),
        protection: protection
      ).run()
      #expect(protection.calls.change { $0 } == [true, false, false])
    }
  }
}

/// A queue that cannot be read at times.
private final class FaultyQueue: MessageQueue {
  struct OutOfOrder: Error {}

  let queue = MemoryQueue()
  let receives = Monitor(0)
  /// Ends the polls that hang.
  let isReleased = Monitor(false)
  private let faultyReceives: Set<Int>
  private let hangs: Bool

  init(faultyReceives: Set<Int>, hangs: Bool = false) {
    self.faultyReceives = faultyReceives
    self.hangs = hangs
  }

  func send(_ body: String) { queue.send(body) }
  func sendBatch(_ bodies: [String]) -> [SendFailure] { queue.sendBatch(bodies) }
  func isNamed(byARN arn: String) -> Bool { queue.isNamed(byARN: arn) }

  func receive(atMost count: Int, wait: Duration, visibilityTimeout: Duration) throws -> [SQSMessage] {
    let number = receives.change { number -> Int in
      number += 1
      return number
    }
    if hangs { isReleased.wait { $0 ? () : nil } }
    if faultyReceives.contains(number) { throw OutOfOrder() }
    return queue.receive(atMost: count, wait: wait, visibilityTimeout: visibilityTimeout)
  }

  func changeVisibility(of messages: [SQSMessage], to timeout: Duration) {
    queue.changeVisibility(of: messages, to: timeout)
  }

  func delete(_ message: SQSMessage) { queue.delete(message) }
}

/// Remembers what was asked for, and refuses some of it.
private final class RecordedProtection: TaskProtection {
  struct Refused: Error {}

  let calls = Monitor<[Bool]>([])
  private let failing: Set<Int>

  /// - Parameter failing: The numbers of the calls that are refused, from 1 on.
  init(failing: Set<Int> = []) { self.failing = failing }

  func set(_ isProtected: Bool) throws {
    let number = calls.change { calls -> Int in
      calls.append(isProtected)
      return calls.count
    }
    if failing.contains(number) { throw Refused() }
  }
}
