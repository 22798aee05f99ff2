import Foundation
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import ObjectStorage
import Testing
import Threads

@Suite struct ReplayTests {
  private func replay(
    _ shop: Workshop, recipe: Recipe? = nil, now: Date = Date(), deliver: ([S3ObjectEvent]) throws -> Int = { _ in 0 }
  ) throws -> Replay.Summary {
    try Replay(
      store: shop.store, processedBucket: "processed", recipe: recipe ?? shop.processor.recipe, clock: { now }
    ).run(Replay.Scope(bucket: "raw"), batchSize: 10, deliver: deliver)
  }

  @Test func whatIsDoneIsNotSentAndAnotherRecipeIsTheSameEventAgain() throws {
    try withWorkshop { shop in
      var job = try shop.upload("chelsea.jpg", to: "web/a.jpg", sequencer: "0A")
      job.event.eventTime = Date().addingTimeInterval(1.0006)
      guard case .processed(let row) = try shop.process(job) else { throw Unexpected() }
      #expect(try replay(shop).done == 1)

      var recipe = shop.processor.recipe
      recipe.id = "another"
      var events: [S3ObjectEvent] = []
      let summary = try replay(shop, recipe: recipe) {
        events += $0
        return 0
      }
      #expect((summary.sent, summary.done, summary.lastKey) == (1, 0, "web/a.jpg"))
      #expect(events.map(\.sequencer) == [Sequencer("0A")])
      // Through the queue and back.
      guard case .objects(let decoded) = try S3Notification.decode(try S3Notification.encode(events)) else {
        throw Unexpected()
      }
      let again = JobProcessor(store: shop.store, recipe: recipe, place: shop.processor.place)
      let outcome = try again.process(
        ImageJob(event: decoded[0]), deadline: .never, wholeTime: Deadline.never.remaining)
      guard case .processed(let second) = outcome else { throw Unexpected() }
      #expect((second.uploadedAt, second.purgeAfter) == (row.uploadedAt, row.purgeAfter))
      #expect(try shop.rows() == [second])
      #expect(try replay(shop, recipe: recipe).done == 1)
    }
  }

  @Test func whatMayGoBetterAnotherTimeIsSentAgain() throws {
    try withWorkshop { shop in
      let job = try shop.upload("chelsea.jpg", to: "web/a.jpg")
      let poor = shop.processor.with(memory: 1)
      guard
        case .rejected(let row) = try poor.process(job, deadline: .never, wholeTime: Deadline.never.remaining)
      else { throw Unexpected() }
      #expect(row.errorCode == "over_limits")
      #expect(try replay(shop).sent == 1)
    }
  }

  @Test func objectsThatAreDueToBePurgedAreCountedAndNotSent() throws {
    try withWorkshop { shop in
      _ = try shop.upload("chelsea.jpg", to: "web/a.jpg")
      _ = try shop.upload("chelsea.jpg", to: "metadata/a.jpg")
      let summary = try replay(shop, now: Date().addingTimeInterval(7 * 24 * 3600 + 1))
      #expect((summary.tooOld, summary.sent, summary.refused) == (1, 0, 1))
      #expect(try replay(shop, now: Date().addingTimeInterval(7 * 24 * 3600 - 60)).sent == 1)
    }
  }

  @Test func whatAPersonHasDeletedSinceIsNotSentAndALaterUploadIs() throws {
    try withWorkshop { shop in
      let raw = ObjectLocation(bucket: "raw", key: "web/a.jpg")
      _ = try shop.process(try shop.upload("chelsea.jpg", to: raw.key, sequencer: "0A"))
      let report = try ImageDeletion(store: shop.store, processedBucket: "processed").delete(raw)
      #expect(try replay(shop).listed == 0)
      // As a copy that somebody puts back, with the time that it had.
      let job = try shop.upload("chelsea.jpg", to: raw.key, sequencer: "0A")
      let file = "\(shop.root)/raw/\(raw.key)"
      let early = Date().addingTimeInterval(-30)
      try FileManager.default.setAttributes([.modificationDate: early], ofItemAtPath: file)
      let summary = try replay(shop)
      #expect((summary.deleted, summary.sent, summary.done) == (1, 0, 0))
      #expect(try shop.rows().allSatisfy { $0.status == .deleted && $0.uploadedAt <= report.deletedAt })
      let late = Date().addingTimeInterval(30)
      try FileManager.default.setAttributes([.modificationDate: late], ofItemAtPath: file)
      var events: [S3ObjectEvent] = []
      let second = try replay(shop) {
        events += $0
        return 0
      }
      #expect((second.deleted, second.sent) == (0, 1))
      #expect(events.map(\.eTag) == [job.event.eTag])
    }
  }

  @Test func anErrorEndsTheRunWithWhatWasDoneUntilThen() throws {
    try withWorkshop { shop in
      for number in 10..<35 { _ = try shop.upload("empty.jpg", to: "web/\(number)") }
      var batches = 0
      do {
        _ = try replay(shop) { _ in
          batches += 1
          if batches == 2 { throw Unexpected() }
          return 1
        }
        Issue.record("the error was lost")
      } catch let error as Replay.Interrupted {
        let summary = error.summary
        #expect((summary.listed, summary.sent, summary.failed, summary.lastKey) == (10, 9, 1, "web/19"))
        #expect(summary.isInterrupted)
      }
    }
  }
}

@Suite struct QueueDeliveryTests {
  private static func events(_ count: Int) -> [S3ObjectEvent] {
    (0..<count).map { S3ObjectEvent(eventTime: Date(), bucket: "raw", key: "web/\($0)") }
  }

  @Test func batchesHoldTenMessagesAndOneEventEach() throws {
    let queue = MemoryQueue()
    var delivery = QueueDelivery(queue: queue, rate: nil, stop: Monitor(false), report: { _ in })
    #expect(try delivery.send(Self.events(25)) == 0)
    #expect(queue.count == 25)
    for body in queue.bodies {
      guard case .objects(let objects) = try S3Notification.decode(body) else { throw Unexpected() }
      #expect(objects.count == 1)
    }
  }

  @Test func theRateHolds() throws {
    var delivery = QueueDelivery(queue: MemoryQueue(), rate: 100, stop: Monitor(false), report: { _ in })
    let began = ContinuousClock().now
    #expect(try delivery.send(Self.events(50)) == 0)
    let elapsed = began.duration(to: ContinuousClock().now)
    #expect(elapsed > .milliseconds(390) && elapsed < .seconds(5))
  }
}
