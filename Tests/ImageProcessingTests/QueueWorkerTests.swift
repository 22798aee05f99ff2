import Foundation
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import Logging
import Testing

@Suite struct QueueWorkerTests {
  private func worker(_ shop: Workshop, _ queue: MemoryQueue, options: QueueWorker.Options) -> QueueWorker {
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    return QueueWorker(
      queue: queue, handler: ImageEventHandler(processor: shop.processor, concurrency: 1, log: log),
      options: options, protection: NoTaskProtection(), log: log)
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
}
