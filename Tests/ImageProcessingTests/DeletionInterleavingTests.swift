import Foundation
import ImageProcessing
import LambdaEvents
import LambdaRuntime
import ObjectStorage
import Synchronization
import Testing

/// Uploads, jobs that are repeated, late or killed, and deletions of one key, in orders that a seed decides.
///
/// Run one of them again by its seed; DARKROOM_TEST_SEEDS sets how many there are.
@Suite struct DeletionInterleavingTests {
  private static let seeds = Int(ProcessInfo.processInfo.environment["DARKROOM_TEST_SEEDS"] ?? "") ?? 60

  @Test(arguments: 0..<seeds)
  func whatIsDeletedStaysDeletedAndWhatComesLaterWins(seed: Int) throws {
    try withWorkshop { shop in
      let history = History(shop, seed: UInt64(seed))
      try history.order.start { _ in history.person() }
      history.order.run()
      try history.deliverEverythingOnceMore()
      try history.check()
    }
  }
}

/// What happens to one key, and what must have come of it in the end.
private final class History: Sendable {
  struct Upload {
    var event: S3ObjectEvent
    /// Whether no deletion was under way at that moment.
    var isUndisturbed: Bool
  }

  struct Facts {
    var uploads: [Upload] = []
    var deletions: [ImageDeletion.Report] = []
    var deletionsUnderWay = 0
    /// Milliseconds since `start`.
    var clock = 0
    var faults: [String] = []
  }

  /// Two images of one pixel; often the same one twice.
  private static let images = [
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  ].compactMap { Data(base64Encoded: $0).map { [UInt8]($0) } }

  let shop: Workshop
  let order: Interleaving
  private let raw = ObjectLocation(bucket: "raw", key: "web/a.png")
  private let facts = Mutex(Facts())
  /// Shortly before a midnight (UTC) to come, so that both days are written to.
  private let start: Date

  init(_ shop: Workshop, seed: UInt64) {
    self.shop = shop
    order = Interleaving(seed: seed)
    let day: TimeInterval = 24 * 3600
    start = Date(timeIntervalSince1970: (shop.now.timeIntervalSince1970 / day + 1).rounded(.up) * day - 0.06)
  }

  /// Each look at the clock finds it a millisecond on.
  private var now: Date {
    facts.withLock { facts in
      facts.clock += 1
      return start.addingTimeInterval(Double(facts.clock) / 1000 + 0.0002)
    }
  }

  func person() {
    for _ in 0..<(2 + order.random(below: 4)) {
      do {
        if order.random(below: 3) == 0 { try delete() } else { try upload() }
      } catch {
        facts.withLock { $0.faults.append("\(error)") }
      }
    }
  }

  private func upload() throws {
    let bytes = Self.images[order.random(below: 4) == 0 ? 1 : 0]
    let eTag = try shop.store.put(bytes, to: raw, attributes: ObjectAttributes(contentType: "image/png"))
    let time = now
    let event = facts.withLock { facts in
      let event = S3ObjectEvent(
        eventTime: time, bucket: raw.bucket, key: raw.key, size: Int64(bytes.count), eTag: eTag,
        sequencer: Sequencer("0A\(10 + facts.uploads.count)"))
      facts.uploads.append(Upload(event: event, isUndisturbed: facts.deletionsUnderWay == 0))
      return event
    }
    for _ in 0...order.random(below: 2) {
      let calls = order.random(below: 3) == 0 ? order.random(below: 5) : nil
      try order.start { [self] actor in
        let store = TurnedStore(shop.store, order, actor: actor, isJob: true, diesAfter: calls)
        _ = try? process(event, in: store)
      }
    }
  }

  private func delete() throws {
    facts.withLock { $0.deletionsUnderWay += 1 }
    let calls = order.random(below: 3) == 0 ? order.random(below: 60) : nil
    try order.start { [self] actor in
      var store = TurnedStore(shop.store, order, actor: actor, isJob: false, diesAfter: calls)
      while true {
        do {
          let deletion = ImageDeletion(store: store, processedBucket: "processed", clock: { self.now })
          let report = try deletion.delete(raw)
          facts.withLock { facts in
            facts.deletions.append(report)
            facts.deletionsUnderWay -= 1
          }
          return
        } catch is TurnedStore.Killed {
          // Whoever deletes an image tries again.
          store = TurnedStore(shop.store, order, actor: actor, isJob: false)
        } catch {
          facts.withLock { $0.faults.append("\(error)") }
          return
        }
      }
    }
  }

  private func process(_ event: S3ObjectEvent, in store: any ObjectStore) throws -> JobOutcome {
    let processor = JobProcessor(
      store: store, recipe: shop.processor.recipe, place: shop.processor.place, clock: { self.now })
    return try processor.process(ImageJob(event: event), deadline: .never, wholeTime: .seconds(900))
  }

  /// Every message is delivered until it is acknowledged.
  func deliverEverythingOnceMore() throws {
    for upload in facts.withLock({ $0.uploads }) { _ = try process(upload.event, in: shop.store) }
  }

  func check() throws {
    let facts = facts.withLock { $0 }
    #expect(facts.faults == [])
    let deletedAt = facts.deletions.map(\.deletedAt).max() ?? ""
    let rows = try shop.rows()
    let survivors = facts.uploads.filter { inRecords($0.event.eventTime) > deletedAt }
    for upload in facts.uploads {
      let key = OutputKeys(bucket: raw.bucket, key: raw.key, eventTime: upload.event.eventTime).metadata
      let row = try JSONDecoder().decode(
        MetadataRecord.self,
        from: Data(try shop.store.open(ObjectLocation(bucket: "processed", key: key)).readAll(limit: 1 << 20)))
      let day = inRecords(upload.event.eventTime).prefix(10)
      let last = survivors.last { inRecords($0.event.eventTime).prefix(10) == day }
      guard let last else {
        #expect(row.status == .deleted, "\(key): \(row)")
        #expect((row.rawKey, row.rawETag, row.sha256) == (nil, nil, nil))
        #expect(row.renditions == [])
        continue
      }
      #expect(row.rawSequencer == last.event.sequencer?.hexadecimal, "\(key): \(row)")
      if last.isUndisturbed { #expect(row.status == .processed, "\(key): \(row)") }
      #expect(row.status != .deleted)
    }
    if let last = facts.uploads.last, survivors.isEmpty || last.isUndisturbed {
      let isThere = (try? shop.store.open(raw)) != nil
      #expect(isThere == !survivors.isEmpty)
    }
    try checkRenditions(facts, rows, hasSurvivors: !survivors.isEmpty)
  }

  /// Those that rows name are there; what else is there is of uploads after the last deletion.
  private func checkRenditions(_ facts: Facts, _ rows: [MetadataRecord], hasSurvivors: Bool) throws {
    let there = try shop.files(under: "images").map { $0.split(separator: "/processed/").last.map(String.init) ?? "" }
    for rendition in rows.flatMap(\.renditions) { #expect(there.contains(rendition.key)) }
    if !facts.deletions.isEmpty && !hasSurvivors { #expect(there == []) }
    for row in rows {
      let day = row.renditions.first?.key.split(separator: "/")[1] ?? "none"
      let versions = Self.images.indices.map { index in
        OutputKeys.version(
          rawETag: Self.eTags[index], recipeID: shop.processor.recipe.id, processorVersion: processorVersion,
          lastDeletion: row.earlierDeletions?.last)
      }
      for key in there where key.hasPrefix("images/\(day)/") {
        #expect(versions.contains { key.contains("-\($0).") }, "\(key) is of before the deletion")
      }
    }
  }

  /// The MD5 of each.
  private static let eTags = ["2cd8bde463f5d82aae0f0cec061d6b8f", "f829b914fc47cfc9c0747c119c27cf1b"]

  private func inRecords(_ date: Date) -> String {
    date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
  }
}
