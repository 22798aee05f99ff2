import Foundation
import ImageProcessing
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

  private func handle(_ event: [UInt8], _ shop: Workshop, deadline: Deadline = .never) throws -> EventResult {
    let handler = ImageEventHandler(
      processor: shop.processor, concurrency: 4, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    return try waitForTask { try await handler.handle(event, context: LambdaContext(deadline: deadline)) }
  }

  @Test func messagesRunSideBySideWithinLittleMemory() throws {
    // Enough for one decode at a time, so that the budget has to make the others wait.
    try withWorkshop(memory: 4 << 20) { shop in
      let bodies = try (0..<12).map { try body([try shop.upload("hubble-deep-field.jpg", to: "web/\($0).jpg")]) }
      let result = try handle(try batch(bodies), shop)
      #expect(result.failures == [])
      #expect(try shop.rows().filter { $0.status == .processed }.count == 12)
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
      // A key that this store cannot read is no fault of the image: it may be another store's turn.
      let unreadable = try body([ImageJob(event: S3ObjectEvent(eventTime: shop.now, bucket: "raw", key: "a//b.jpg"))])
      let result = try handle(try batch([good, "no event", unreadable, ""]), shop)
      #expect(result.batch?.response.batchItemFailures.map(\.itemIdentifier) == ["m1", "m2", "m3"])
      #expect(result.failures.count == 3)
      #expect(try shop.rows().map(\.rawKey) == ["web/a.jpg"])
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
      let job = ImageJob(event: S3ObjectEvent(eventTime: shop.now, bucket: "raw", key: "a//b.jpg"))
      let result = try handle(try S3Notification.encode([job.event]), shop)
      #expect(throws: DirectEventFailed.self) { try result.response() }
    }
  }
}
