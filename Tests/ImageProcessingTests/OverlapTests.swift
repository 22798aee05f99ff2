import Foundation
import ImageProcessing
import Imaging
import LambdaEvents
import LambdaRuntime
import Logging
import ObjectStorage
import Synchronization
import Testing
import Threads

/// That the steps of a job run beside one another: download, decoding, uploads.
@Suite struct OverlapTests {
  private func processor(_ shop: Workshop, _ store: WatchedStore, memory: Int = 512 << 20) -> JobProcessor {
    JobProcessor(
      store: store, recipe: shop.processor.recipe,
      place: ProcessingPlace(compute: .local, processedBucket: "processed", memory: memory))
  }

  private func process(_ processor: JobProcessor, _ job: ImageJob, _ progress: JobProgress) throws -> JobOutcome {
    try processor.process(job, deadline: .never, wholeTime: .seconds(900), progress: progress)
  }

  @Test func rowsAreDecodedWhileTheRestIsStillComing() throws {
    try withWorkshop { shop in
      let job = try shop.upload("hubble-deep-field.jpg", to: "web/a.jpg")
      let size = Int(try #require(job.event.size))
      let progress = JobProgress()
      let rowsHalfway = Mutex(0)
      var store = WatchedStore(store: shop.store)
      store.onRead = { count in
        if count < size / 2 { rowsHalfway.withLock { $0 = Int(progress.fields["rows"]?.description ?? "0") ?? 0 } }
      }
      guard case .processed = try process(processor(shop, store), job, progress) else { throw Unexpected() }
      let rows = try #require(progress.fields["rows_total"].flatMap { Int($0.description) })
      // The buffer in front of the decoder holds some bytes more than it has been given.
      #expect(rowsHalfway.withLock { $0 } > rows / 4)
      #expect(progress.fields["percent"] == "100")
      #expect(progress.fields["bytes_read"] == "\(size)")
    }
  }

  @Test func allRenditionsAreOnTheirWayBeforeOneIsWaitedForAndTheRowIsLast() throws {
    try withWorkshop { shop in
      let store = WatchedStore(store: shop.store)
      let job = try shop.upload("chelsea.jpg", to: "web/a.jpg")
      guard case .processed = try process(processor(shop, store), job, JobProgress()) else { throw Unexpected() }
      #expect(store.notes.all == ["finish small", "finish square", "commit small", "commit square", "commit row"])
    }
  }

  @Test func aRenditionThatFailsCallsOffTheOthersAndLeavesNoRow() throws {
    try withWorkshop { shop in
      var store = WatchedStore(store: shop.store)
      store.failing = "small"
      let job = try shop.upload("chelsea.jpg", to: "web/a.jpg")
      #expect(throws: WatchedStore.Refused.self) { try process(processor(shop, store), job, JobProgress()) }
      #expect(Set(store.notes.all) == ["finish small", "finish square", "drop small", "drop square"])
      #expect(try shop.rows().isEmpty)
      store.failing = "none"
      guard case .processed = try process(processor(shop, store), job, JobProgress()) else { throw Unexpected() }
    }
  }

  @Test func anImageThatCannotBeDecodedIsRejectedOnlyIfItCameAsItIs() throws {
    try withWorkshop { shop in
      var bytes = [UInt8](try Data(contentsOf: Workshop.samples.appending(path: "hubble-deep-field.jpg")))
      // An end of the picture in its middle.
      bytes.replaceSubrange(bytes.count / 2..<bytes.count / 2 + 2, with: [0xFF, 0xD9])
      var job = try shop.upload("hubble-deep-field.jpg", to: "web/a.jpg")
      let location = ObjectLocation(bucket: "raw", key: "web/a.jpg")
      job.event.eTag = try shop.store.put(bytes, to: location, attributes: ObjectAttributes(contentType: "image/jpeg"))
      var store = WatchedStore(store: shop.store)
      store.onRead = { [size = bytes.count] in if $0 >= size { throw WatchedStore.Refused() } }
      #expect(throws: WatchedStore.Refused.self) { try process(processor(shop, store), job, JobProgress()) }
      #expect(try shop.rows().isEmpty)
      store.onRead = { _ in }
      guard case .rejected(let row) = try process(processor(shop, store), job, JobProgress()) else {
        throw Unexpected()
      }
      #expect(row.errorCode == "corrupt_image")
      // Nothing of it has been sent either time.
      #expect(Set(store.notes.all) == ["drop small", "drop square", "commit row"])
    }
  }

  @Test func anImageOverALimitCostsItsFirstBytesOnly() throws {
    try withWorkshop(limits: InputLimits(bytes: 1 << 30, image: ImageLimits(maxPixels: 1000))) { shop in
      let job = try shop.upload("hubble-deep-field.jpg", to: "web/a.jpg")
      var store = WatchedStore(store: shop.store)
      store.onRead = { if $0 >= 100_000 { throw WatchedStore.Refused() } }
      guard case .rejected(let row) = try shop.over(store).process(job) else { throw Unexpected() }
      #expect(row.errorCode == "too_many_pixels")
    }
  }

  @Test(arguments: [
    // The length of a segment before the picture, and the first letters of the file.
    ("corrupt_image", 4, [0x00, 0x00]), ("unsupported_format", 0, Array("<!".utf8)),
  ])
  func aHeaderThatIsDamagedIsTheImagesFaultOnlyIfItCameAsItIs(code: String, at: Int, damage: [UInt8]) throws {
    try withWorkshop { shop in
      var bytes = [UInt8](try Data(contentsOf: Workshop.samples.appending(path: "hubble-deep-field.jpg")))
      bytes.replaceSubrange(at..<at + damage.count, with: damage)
      var job = try shop.upload("hubble-deep-field.jpg", to: "web/a.jpg")
      job.event.eTag = try shop.store.put(
        bytes, to: ObjectLocation(bucket: "raw", key: "web/a.jpg"),
        attributes: ObjectAttributes(contentType: "image/jpeg"))
      var store = WatchedStore(store: shop.store)
      // What a store does that knows the object's checksum.
      store.onRead = { [size = bytes.count] in if $0 >= size { throw WatchedStore.Refused() } }
      let shop = shop.over(store)
      #expect(throws: WatchedStore.Refused.self) { try shop.process(job) }
      #expect(try shop.rows().isEmpty)
      store.onRead = { _ in }
      guard case .rejected(let row) = try shop.over(store).process(job) else { throw Unexpected() }
      #expect(row.errorCode == code)
    }
  }

  @Test func whatTheStoreHoldsCountsForAdmission() throws {
    try withWorkshop { shop in
      let job = try shop.upload("chelsea.jpg", to: "web/a.jpg")
      var store = WatchedStore(store: shop.store)
      for (reader, writer) in [(200 << 20, 0), (0, 100 << 20)] {
        (store.readerMemory, store.memoryPerWriter) = (reader, writer)
        guard case .rejected(let row) = try process(processor(shop, store, memory: 128 << 20), job, JobProgress())
        else { throw Unexpected() }
        #expect(row.errorCode == "over_limits")
        #expect(row.errorDetail?.contains("there are 128 MiB") == true)
        try FileManager.default.removeItem(atPath: "\(shop.root)/processed")
      }
    }
  }

  @Test func aLongJobTellsHowFarItHasCome() throws {
    let lines = LogLines()
    try withWorkshop { shop in
      let job = try shop.upload("chelsea.jpg", to: "web/a.jpg")
      var store = WatchedStore(store: shop.store)
      store.onRead = { _ in usleep(30_000) }
      let handler = ImageEventHandler(
        processor: processor(shop, store), concurrency: 1, progressInterval: .milliseconds(40),
        log: Logger(label: "test") { _ in lines })
      let event = try S3Notification.encode([job.event])
      _ = try runBlocking { try await handler.handle(event, context: LambdaContext()) }
    }
    let told = lines.all.filter { $0.message == "still at work" }.map { $0.fields.mapValues(\.description) }
    #expect(told.count >= 2)
    let bytes = told.compactMap { $0["bytes_read"].flatMap { Int($0) } }
    #expect(bytes == bytes.sorted())
    #expect(bytes.last ?? 0 > 0)
    #expect(told.allSatisfy { $0["bytes_total"] == "31975" && $0["key"] == "web/a.jpg" })
    #expect(told.allSatisfy { Int($0["elapsed_ms"] ?? "") ?? 0 >= 40 })
    let count = lines.all.count
    usleep(100_000)
    #expect(lines.all.count == count)
  }
}
