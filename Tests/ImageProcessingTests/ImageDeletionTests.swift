import Foundation
import ImageProcessing
import LambdaEvents
import ObjectStorage
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

  @Test func theProcessedBucketIsRefused() throws {
    try withWorkshop { shop in
      let object = ObjectLocation(bucket: "processed", key: "images/a.jpg")
      #expect(throws: ImageDeletionError.notRaw(object)) {
        try ImageDeletion(store: shop.store, processedBucket: "processed").delete(object)
      }
    }
  }
}
