import Foundation
import ImageProcessing
import Imaging
import LambdaEvents
import LambdaRuntime
import Logging
import Testing
import Threads

@Suite struct BatchTests {
  private func batch(_ bodies: [String]) throws -> [UInt8] {
    let messages = bodies.enumerated().map { index, body in
      SQSMessage(messageID: "m\(index)", body: body, eventSource: "aws:sqs")
    }
    return [UInt8](try JSONEncoder().encode(SQSEvent(records: messages)))
  }

  private func body(_ jobs: [ImageJob]) throws -> String {
    String(decoding: try S3Notification.encode(jobs.map(\.event)), as: UTF8.self)
  }

  private func handle(
    _ event: [UInt8], _ shop: Workshop, deadline: Deadline = .never, log lines: LogLines = LogLines()
  ) throws -> EventResult {
    let handler = ImageEventHandler(
      processor: shop.processor, concurrency: 4, log: Logger(label: "test") { _ in lines })
    return try runBlocking { try await handler.handle(event, context: LambdaContext(deadline: deadline)) }
  }

  /// How many jobs of a batch of 8 are in the middle of their decoding at the same moment, at most.
  private func mostAtOnce(decodes: Double, hoping hoped: Int) throws -> Int {
    try withWorkshop { shop in
      let bodies = try (0..<8).map { try body([try shop.upload("hubble-deep-field.jpg", to: "web/\($0).jpg")]) }
      let image = [UInt8](try Data(contentsOf: Workshop.samples.appending(path: "hubble-deep-field.jpg")))
      let estimate = try ImageReader(source: BytesSource(image))
        .estimate(shop.processor.recipe.renditions.map(\.rendition))
      let crowd = Monitor((now: 0, most: 0))
      var store = WatchedStore(store: shop.store)
      // Once a job: what is read in pieces of 4 KiB passes the middle once.
      store.onRead = { count in
        guard (image.count / 2..<image.count / 2 + 4096).contains(count) else { return }
        crowd.change { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        for _ in 0..<(hoped > 1 ? 5000 : 100) where crowd.change({ $0.most < max(2, hoped) }) { usleep(1_000) }
        crowd.change { $0.now -= 1 }
      }
      let memory = Int(decodes * Double(estimate.peakMemoryBytes))
      let result = try handle(try batch(bodies), shop.over(store, memory: memory))
      #expect(result.failures == [])
      #expect(try shop.rows().filter { $0.status == .processed }.count == 8)
      return crowd.change { $0.most }
    }
  }

  @Test func messagesRunSideBySideAsFarAsTheMemoryGoes() throws {
    #expect(try mostAtOnce(decodes: 20, hoping: 4) == 4)
    #expect(try mostAtOnce(decodes: 2.5, hoping: 2) == 2)
    #expect(try mostAtOnce(decodes: 1.5, hoping: 1) == 1)
  }

  @Test func whatAJobDoesOnThreadsOfItsOwnBelongsToTheInvocation() throws {
    try withWorkshop { shop in
      let event = try batch([try body([try shop.upload("chelsea.jpg", to: "web/a.jpg")])])
      let seen = Monitor<[String?]>([])
      var store = WatchedStore(store: shop.store)
      store.onRead = { _ in
        let trace = try? runBlocking { LambdaContext.current?.traceID }
        seen.change { $0.append(trace ?? nil) }
      }
      let watched = store
      _ = try LambdaContext.withCurrent(LambdaContext(traceID: "Root=1")) {
        try handle(event, shop.over(watched))
      }
      #expect(Set(seen.change { $0 }) == ["Root=1"])
    }
  }

  @Test func oneDownloadThatDripsDoesNotCostTheOthersTheirAnswer() throws {
    try withWorkshop { shop in
      let good = try (0..<9).map { try body([try shop.upload("chelsea.jpg", to: "web/\($0).jpg")]) }
      let drip = try body([try shop.upload("coffee-cutout.png", to: "web/drip.png")])
      let isReleased = Monitor(false)
      var store = WatchedStore(store: shop.store)
      // Only the one that drips has so many bytes.
      store.onRead = { if $0 > 100_000 { isReleased.wait { $0 ? () : nil } } }
      let deadline = Deadline(in: .seconds(8))
      let result = try handle(try batch([drip] + good), shop.over(store), deadline: deadline)
      #expect(!deadline.isPast)
      #expect(result.batch?.response.batchItemFailures.map(\.itemIdentifier) == ["m0"])
      #expect(result.failures == ["message m0: given up: its time was over before it ended"])
      isReleased.change { $0 = true }
      #expect(try shop.rows().compactMap(\.rawKey).sorted() == (0..<9).map { "web/\($0).jpg" })
    }
  }

  @Test func everyObjectOfANotificationGetsItsRow() throws {
    try withWorkshop { shop in
      let jobs = try ["chelsea.jpg", "corrupt.jpg", "coffee-cutout.png"].map { try shop.upload($0, to: "web/\($0)") }
      let result = try handle(try batch([try body(jobs)]), shop)
      #expect(result.failures == [])
      #expect(try shop.rows().map(\.status.rawValue).sorted() == ["processed", "processed", "rejected"])
    }
  }

  @Test func messagesThatFailAreTheOnesThatComeAgain() throws {
    try withWorkshop { shop in
      let good = try body([try shop.upload("chelsea.jpg", to: "web/a.jpg")])
      // A bucket that cannot be read is not the image's fault.
      let unreadable = try body([try shop.unreadable()])
      let result = try handle(try batch([good, "no event", unreadable, ""]), shop)
      #expect(result.batch?.response.batchItemFailures.map(\.itemIdentifier) == ["m1", "m2", "m3"])
      #expect(result.failures.count == 3)
      #expect(try shop.rows().compactMap(\.rawKey) == ["web/a.jpg"])
    }
  }

  @Test func aBatchWhoseFirstMessageIsGarbledStillGivesTheOthersTheirRows() throws {
    try withWorkshop { shop in
      let job = try shop.upload("chelsea.jpg", to: "web/chelsea.jpg")
      let garbled = #"{"messageId":"garbled","eventSource":3,"body":"{}"}"#
      let good = String(
        decoding: try JSONEncoder().encode(SQSMessage(messageID: "good", body: try body([job]))), as: UTF8.self)
      let result = try handle(Array("{\"Records\":[\(garbled),\(good)]}".utf8), shop)
      #expect(result.jobs.map(\.job.event.key) == [job.event.key])
      #expect(result.batch?.response.batchItemFailures.map(\.itemIdentifier) == ["garbled"])
    }
  }

  @Test func nothingIsBegunWhenTheTimeIsUp() throws {
    try withWorkshop { shop in
      let bodies = try (0..<3).map { try body([try shop.upload("chelsea.jpg", to: "web/\($0).jpg")]) }
      let result = try handle(try batch(bodies), shop, deadline: Deadline(in: .milliseconds(500)))
      #expect(result.batch?.response.batchItemFailures.map(\.itemIdentifier) == ["m0", "m1", "m2"])
      #expect(try shop.rows().isEmpty)
    }
  }

  @Test func newsOfARemovalIsNoJob() throws {
    try withWorkshop { shop in
      let removal = S3ObjectEvent(eventName: "ObjectRemoved:Delete", eventTime: shop.now, bucket: "raw", key: "a.jpg")
      let text = String(decoding: try S3Notification.encode([removal]), as: UTF8.self)
      #expect(try handle(try batch([text]), shop).failures == [])
      #expect(try shop.rows().isEmpty)
    }
  }

  @Test func aDirectEventWithAFailureFailsAsAWhole() throws {
    try withWorkshop { shop in
      let result = try handle(try S3Notification.encode([try shop.unreadable().event]), shop)
      #expect(throws: DirectEventFailed.self) { try result.response() }
    }
  }

  @Test func whatLeadsToNothingIsAcknowledgedWithItsReasonInTheLog() throws {
    try withWorkshop { shop in
      let old = try shop.upload("chelsea.jpg", to: "web/a.jpg", sequencer: "01")
      var removal = old
      removal.event.eventName = "ObjectRemoved:Delete"
      var own = old
      own.event.bucket = "processed"
      var unnamed = old
      unnamed.event.bucket = "no bucket"
      let new = try shop.upload("chelsea.jpg", to: "web/a.jpg", sequencer: "02")
      let test = #"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"raw"}"#
      let cases: [(body: String, reason: String?)] = [
        (try body([new]), nil), (try body([new]), "duplicate"), (try body([old]), "overtaken"),
        (try body([removal]), "not_a_creation"), (try body([own]), "own_output"), (try body([unnamed]), "invalid_name"),
        (test, "test_event"), (#"{"Records":[]}"#, "empty_notification"),
      ]
      for (body, reason) in cases {
        let lines = LogLines()
        let result = try handle(try batch([body]), shop, log: lines)
        #expect(result.batch?.response.batchItemFailures.isEmpty == true)
        #expect(lines.all.compactMap { $0.fields["reason"].map { "\($0)" } } == [reason].compactMap { $0 })
      }
      for (event, reason) in [(#"{"Records":[]}"#, "empty_notification"), (test, "test_event")] {
        let lines = LogLines()
        _ = try handle(Array(event.utf8), shop, log: lines)
        #expect(lines.all.map { $0.fields["reason"].map { "\($0)" } } == [reason])
      }
      #expect(try shop.rows().map(\.rawSequencer) == ["02"])
    }
  }

  @Test func aQueueOfLargeJobsThatTheJobsComeFromIsRefusedBeforeAnyWork() throws {
    let queue = MemoryQueue()
    try withWorkshop(memory: 1, largeJobs: queue) { shop in
      let body = try body([try shop.upload("chelsea.jpg", to: "web/a.jpg")])
      func event(arn: String) throws -> [UInt8] {
        let messages = (0..<3).map {
          SQSMessage(messageID: "m\($0)", body: body, eventSource: "aws:sqs", eventSourceARN: arn)
        }
        return [UInt8](try JSONEncoder().encode(SQSEvent(records: messages)))
      }
      let own = "arn:aws:sqs:eu-central-1:123456789012:memory"
      let lines = LogLines()
      #expect(throws: OwnQueue(arn: own)) { try handle(try event(arn: own), shop, log: lines) }
      #expect(lines.all.isEmpty)
      #expect(queue.count == 0)
      let other = try handle(try event(arn: "arn:aws:sqs:eu-central-1:123456789012:images"), shop)
      #expect(other.jobs.map(\.outcome?.code) == ["handed_over", "handed_over", "handed_over"])
      #expect(queue.count == 3)
    }
  }
}
