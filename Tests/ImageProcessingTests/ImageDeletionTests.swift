import Foundation
import ImageProcessing
import LambdaEvents
import ObjectStorage
import Synchronization
import Testing

@Suite struct ImageDeletionTests {
  private let raw = ObjectLocation(bucket: "raw", key: "web/a.jpg")

  private func delete(_ shop: Workshop, at time: Date? = nil) throws -> ImageDeletion.Report {
    try ImageDeletion(
      store: shop.store, processedBucket: "processed", clock: { time ?? shop.now.addingTimeInterval(1) }
    )
    .delete(raw)
  }

  private func job(_ shop: Workshop, sequencer: String, after seconds: TimeInterval) throws -> ImageJob {
    var job = try shop.upload("chelsea.jpg", to: raw.key, sequencer: sequencer)
    job.event.eventTime = shop.now.addingTimeInterval(seconds)
    return job
  }

  @Test func nothingOfTheImageIsLeftAndTheTombstoneHoldsOnlyWhatIdentifiesIt() throws {
    try withWorkshop { shop in
      _ = try shop.process(try job(shop, sequencer: "0A", after: 0))
      let report = try delete(shop)
      #expect(report.removedRawObject)
      #expect(report.removedRenditions.count == 2)
      #expect(throws: ObjectStoreError.notFound(raw)) { try shop.store.open(raw) }
      #expect(try shop.files(under: "images").isEmpty)
      #expect(try shop.rows().count == report.tombstones.count)
      for key in report.tombstones {
        let reader = try shop.store.open(ObjectLocation(bucket: "processed", key: key))
        let row = try JSONSerialization.jsonObject(with: Data(try reader.readAll(limit: 4096))) as? [String: Any] ?? [:]
        let isOfTheUpload = row["raw_sequencer"] != nil
        #expect(
          Set(row.keys).subtracting(["raw_sequencer"]) == [
            "schema_version", "image_id", "source", "raw_bucket", "uploaded_at", "purge_after", "status",
            "processed_at", "renditions",
          ])
        #expect(isOfTheUpload == (key == report.tombstones.first))
        #expect(row["status"] as? String == "deleted")
      }
    }
  }

  @Test func aTombstoneEndsWithWhatWasUploadedOnItsDay() throws {
    try withWorkshop { shop in
      let eleven = Date(timeIntervalSince1970: (shop.now.timeIntervalSince1970 / 86_400).rounded(.up) * 86_400 + 39_600)
      let report = try delete(shop, at: eleven)
      #expect(report.tombstones.count == 9, "11 o'clock less 7 days and 12 hours is on the ninth day")
      let tags = try report.tombstones.map { key in
        try shop.store.open(ObjectLocation(bucket: "processed", key: key)).info.attributes.tags["purge-days"]
      }
      #expect(tags == [nil, nil, "6", "5", "4", "3", "2", "1", "1"])
    }
  }

  @Test func aLateEventOfBeforeIsSuperseded() throws {
    try withWorkshop { shop in
      let late = try job(shop, sequencer: "0B", after: 0.5)
      let report = try delete(shop)
      guard case .superseded(let row) = try shop.process(late) else { throw Unexpected() }
      #expect((row.status, row.uploadedAt) == (.deleted, report.deletedAt))
      #expect(try shop.files(under: "images").isEmpty)
    }
  }

  @Test(arguments: [("0B", 2.0, true), ("0A", 2, false), ("0B", 0.9, false), ("09", 2, false)])
  func onlyALaterUploadWithAHigherSequencerTakesItsPlace(sequencer: String, seconds: Double, wins: Bool) throws {
    try withWorkshop { shop in
      _ = try shop.process(try job(shop, sequencer: "0A", after: 0))
      let report = try delete(shop)
      let outcome = try shop.process(try job(shop, sequencer: sequencer, after: seconds))
      #expect(outcome.code == (wins ? "processed" : "superseded"))
      #expect(outcome.record?.status == (wins ? .processed : .deleted))
      if wins { #expect(outcome.record?.earlierDeletions == [report.deletedAt]) }
    }
  }

  @Test func aHostWhoseClockIsBehindDeletesAllTheSame() throws {
    try withWorkshop { shop in
      let job = try job(shop, sequencer: "0A", after: -1)
      _ = try delete(shop, at: shop.now.addingTimeInterval(-3600))
      #expect(try shop.process(job).code == "superseded")
      _ = try shop.process(try self.job(shop, sequencer: "0C", after: 60))
      let report = try delete(shop, at: shop.now)
      #expect(report.removedRenditions.count == 2)
      #expect(try shop.rows().allSatisfy { $0.status == .deleted })
    }
  }

  @Test(arguments: [10 * 24 * 3600.0, 1e10]) func aFileOfAnotherDayIsDeletedWithTodaysRow(after: TimeInterval) throws {
    try withWorkshop { shop in
      _ = try shop.process(try job(shop, sequencer: "0A", after: 0))
      let date = shop.now.addingTimeInterval(after)
      try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(shop.root)/raw/web/a.jpg")
      let report = try delete(shop)
      #expect(report.removedRawObject && report.removedRenditions.count == 2)
      #expect(report.tombstones.count < 12)
      #expect(try shop.rows().allSatisfy { $0.status == .deleted })
    }
  }

  @Test func theSameBytesUploadedAgainGetNamesOfTheirOwn() throws {
    try withWorkshop { shop in
      guard case .processed(let first) = try shop.process(try job(shop, sequencer: "0A", after: 0)) else {
        throw Unexpected()
      }
      _ = try delete(shop)
      guard case .processed(let second) = try shop.process(try job(shop, sequencer: "0B", after: 2)) else {
        throw Unexpected()
      }
      #expect(Set(first.renditions.map(\.key)).isDisjoint(with: second.renditions.map(\.key)))
    }
  }

  @Test func whatAKilledAttemptLeftIsRemovedWhenItsMessageComesAgain() throws {
    try withWorkshop { shop in
      let job = try job(shop, sequencer: "0A", after: 0)
      var killed = WatchedStore(store: shop.store)
      killed.failing = "row"
      #expect(throws: WatchedStore.Refused.self) { try shop.over(killed).process(job) }
      let leftBehind = try shop.files(under: "images").map { ($0, try Data(contentsOf: URL(filePath: $0))) }
      #expect(leftBehind.count == 2)
      _ = try delete(shop)
      // As if they had been written after the deletion.
      for (path, content) in leftBehind { try content.write(to: URL(filePath: path)) }
      #expect(try shop.process(job).code == "superseded")
      #expect(try shop.files(under: "images").isEmpty)
    }
  }

  @Test func anUploadBetweenTheLastLookAndTheRemovalIsNotLost() throws {
    try withWorkshop { shop in
      _ = try shop.process(try job(shop, sequencer: "0A", after: 0))
      let store = UploadingStore(store: shop.store, raw: raw)
      let report = try ImageDeletion(store: store, processedBucket: "processed") { shop.now.addingTimeInterval(1) }
        .delete(raw)
      #expect(store.removals.withLock { $0 } == 2, "the second turn removes the upload with tombstones that know of it")
      #expect(report.removedRawObject)
      #expect(throws: ObjectStoreError.notFound(raw)) { try shop.store.open(raw) }
      let uploaded = try #require(store.uploadedAt.withLock { $0 })
      #expect(report.deletedAt >= uploaded)
    }
  }

  @Test func theProcessedBucketIsRefused() throws {
    try withWorkshop { shop in
      let object = ObjectLocation(bucket: "processed", key: "images/a.jpg")
      #expect(throws: ImageDeletionError.notRaw(object)) {
        try ImageDeletion(store: shop.store, processedBucket: "processed").delete(object)
      }
    }
  }
}

/// A store in which another picture is uploaded just before the raw object is removed for the first time.
private struct UploadingStore: ObjectStore {
  let store: any ObjectStore
  let raw: ObjectLocation
  let removals = Shared(0)
  let uploadedAt = Shared(String?.none)

  final class Shared<Value: Sendable>: Sendable {
    private let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
    func withLock<Result>(_ body: (inout Value) -> Result) -> Result { value.withLock { body(&$0) } }
  }

  func remove(_ location: ObjectLocation, ifMatches eTag: String?) throws {
    if location == raw,
      removals.withLock({ count in
        count += 1
        return count == 1
      })
    {
      try store.put([1, 2, 3], to: raw, attributes: ObjectAttributes(contentType: "image/png"))
      let time = try store.open(raw).info.lastModified
      uploadedAt.withLock {
        $0 = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
      }
    }
    try store.remove(location, ifMatches: eTag)
  }

  func open(_ location: ObjectLocation) throws -> any ObjectReader { try store.open(location) }
  func list(bucket: String, prefix: String, after: String) throws -> any ObjectLister {
    try store.list(bucket: bucket, prefix: prefix, after: after)
  }
  func write(
    to location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition
  ) throws -> any ObjectWriter {
    try store.write(to: location, attributes: attributes, condition: condition)
  }
  var readerMemory: Int { store.readerMemory }
  func writerMemory(ofObjectWith size: Int) -> Int { store.writerMemory(ofObjectWith: size) }
}
