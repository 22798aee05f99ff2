import Foundation
import ImageProcessing
import Imaging
import LambdaEvents
import LambdaRuntime
import ObjectStorage
import Testing

@Suite struct JobProcessorTests {
  @Test func aPhotographBecomesRenditionsAndARow() throws {
    try withWorkshop { shop in
      let job = try shop.upload("chelsea.jpg", to: "web/chelsea.jpg")
      guard case .processed(let record) = try shop.process(job) else { throw Unexpected() }
      #expect(try shop.rows() == [record])
      #expect(record.status == .processed)
      #expect((record.width, record.height, record.orientation) == (451, 300, 6))
      #expect(record.renditions.map(\.name) == ["small", "square"])
      #expect(record.renditions.map { [$0.width, $0.height] } == [[100, 67], [64, 64]])
      #expect(record.exifModel == "Sample Camera 1")
      #expect(record.hasGPS == true)
      #expect(record.source == "web")
      #expect(record.attempts == 1)
      for rendition in record.renditions {
        let reader = try shop.store.open(ObjectLocation(bucket: "processed", key: rendition.key))
        #expect(reader.info.size == rendition.bytes)
        #expect(reader.info.attributes.contentType == "image/jpeg")
        #expect(reader.info.attributes.cacheControl == "public, max-age=604800, immutable")
        let header = try ImageReader(source: BytesSource(try reader.readAll(limit: 1 << 20))).header
        #expect((header.width, header.height) == (rendition.width, rendition.height))
        #expect(header.exif?.hasGPS != true)
      }
    }
  }

  @Test(arguments: [
    ("corrupt.jpg", "truncated_image"), ("empty.jpg", "empty_object"), ("page.jpg", "unsupported_format"),
    ("animation.gif", "unsupported_format"),
  ])
  func aFaultOfTheImageIsARejectedRow(name: String, code: String) throws {
    try withWorkshop { shop in
      let job = try shop.upload(name, to: "web/\(name)")
      guard case .rejected(let record) = try shop.process(job) else { throw Unexpected() }
      #expect(record.errorCode == code)
      #expect(record.errorDetail?.isEmpty == false)
      #expect(try shop.rows() == [record])
      #expect(try shop.files(under: "images").isEmpty)
    }
  }

  @Test func aDamagedPictureIsRenderedWhereTheRecipeWantsIt() throws {
    try withWorkshop(damaged: .render) { shop in
      guard case .processed(let record) = try shop.process(try shop.upload("corrupt.jpg", to: "web/a.jpg")) else {
        throw Unexpected()
      }
      #expect(record.status == .processed)
      #expect(record.renditions.count == 2)
      let share = try #require(record.decodedShare)
      #expect(share > 0 && share < 1)
      #expect(record.warnings ?? 0 > 0)
      #expect(record.firstWarning?.isEmpty == false)
      #expect(try shop.rows() == [record])
    }
  }

  @Test func anImageOverTheRecipesLimitsIsRejectedBeforeItIsDecoded() throws {
    try withWorkshop(limits: InputLimits(bytes: 1 << 20, image: ImageLimits(maxPixels: 100_000))) { shop in
      guard case .rejected(let record) = try shop.process(try shop.upload("chelsea.jpg", to: "a.jpg")) else {
        throw Unexpected()
      }
      #expect(record.errorCode == "too_many_pixels")
      #expect(record.errorDetail?.contains("100000") == true || record.errorDetail?.contains("100,000") == true)
    }
    try withWorkshop(limits: InputLimits(bytes: 1000, image: ImageLimits())) { shop in
      guard case .rejected(let record) = try shop.process(try shop.upload("chelsea.jpg", to: "a.jpg")) else {
        throw Unexpected()
      }
      #expect(record.errorCode == "too_many_bytes")
      #expect(record.errorDetail == "the object has 31975 bytes or more; the recipe allows 1000")
    }
  }

  @Test func aJobOverThePlacesMemoryOrTimeIsRejectedWithBothFigures() throws {
    try withWorkshop(memory: 1 << 10) { shop in
      guard case .rejected(let record) = try shop.process(try shop.upload("chelsea.jpg", to: "a.jpg")) else {
        throw Unexpected()
      }
      #expect(record.errorCode == "over_limits")
      #expect(record.errorDetail?.contains("there are 1 MiB and no limit of time") == true)
    }
    try withWorkshop { shop in
      let job = try shop.upload("chelsea.jpg", to: "a.jpg")
      guard
        case .rejected(let record) = try shop.processor.process(
          job, deadline: Deadline(in: .seconds(9)), wholeTime: .zero)
      else { throw Unexpected() }
      #expect(record.errorCode == "over_limits")
    }
  }

  @Test func aJobThatWouldOutlastTheDeadlineIsNotBegun() throws {
    try withWorkshop { shop in
      let job = try shop.upload("chelsea.jpg", to: "a.jpg")
      #expect(throws: OutOfTime.self) {
        try shop.processor.process(job, deadline: Deadline(in: .zero), wholeTime: .seconds(900))
      }
      #expect(try shop.rows().isEmpty)
      #expect(try shop.files(under: "images").isEmpty)
    }
  }

  @Test(arguments: [(0.9, nil), (1, "6"), (3.5, "4"), (6.99, "1"), (30, "1")])
  func whatIsMadeLateIsMarkedToEndEarlier(daysPassed: Double, mark: String?) throws {
    try withWorkshop { shop in
      var job = try shop.upload("chelsea.jpg", to: "web/late.jpg")
      job.event.eventTime = shop.now.addingTimeInterval(-daysPassed * 86_400)
      _ = try shop.process(job)
      let keys = try ["images", "metadata"].flatMap(shop.files).map { String($0.split(separator: "/processed/")[1]) }
      #expect(keys.count == (daysPassed < 7 ? 3 : 1))
      for key in keys {
        let info = try shop.store.open(ObjectLocation(bucket: "processed", key: key)).info
        #expect(info.attributes.tags == (mark.map { ["purge-days": $0] } ?? [:]), "\(key)")
      }
    }
  }

  @Test func anObjectThatIsGoneOrDueToBePurgedIsExpired() throws {
    try withWorkshop { shop in
      let gone = ImageJob(event: S3ObjectEvent(eventTime: shop.now, bucket: "raw", key: "web/gone.jpg"))
      guard case .expired(let record) = try shop.process(gone) else { throw Unexpected() }
      #expect(record.errorDetail == "the object is gone from the raw bucket")

      var old = try shop.upload("chelsea.jpg", to: "web/old.jpg")
      old.event.eventTime = shop.now.addingTimeInterval(-7 * 86_400)
      guard case .expired(let oldRecord) = try shop.process(old) else { throw Unexpected() }
      #expect(oldRecord.status == .expired)
      #expect(try shop.files(under: "images").isEmpty)
      #expect(try shop.rows().count == 2)
    }
  }

  @Test func aRepeatedDeliveryIsToldFromTheRow() throws {
    try withWorkshop { shop in
      let job = try shop.upload("chelsea.jpg", to: "a.jpg", sequencer: "0A")
      guard case .processed(let first) = try shop.process(job) else { throw Unexpected() }
      try FileManager.default.removeItem(atPath: "\(shop.root)/raw/a.jpg")
      #expect(try shop.process(job) == .repeated(first))
    }
  }

  @Test func anotherRecipeMakesARepeatedEventWorthProcessing() throws {
    try withWorkshop { shop in
      let job = try shop.upload("chelsea.jpg", to: "a.jpg", sequencer: "0A")
      _ = try shop.process(job)
      var recipe = shop.processor.recipe
      recipe.renditions.removeLast()
      recipe.id = "other"
      let processor = JobProcessor(store: shop.store, recipe: recipe, place: shop.processor.place)
      guard case .processed(let record) = try processor.process(job, deadline: .never, wholeTime: .seconds(900)) else {
        throw Unexpected()
      }
      #expect(record.renditions.count == 1)
    }
  }

  @Test func whatWasTooMuchIsTriedAnewWhereThereIsMore() throws {
    try withWorkshop(memory: 1 << 10) { shop in
      let job = try shop.upload("chelsea.jpg", to: "a.jpg", sequencer: "0A")
      guard case .rejected = try shop.process(job) else { throw Unexpected() }
      let larger = shop.processor.with(memory: 1 << 30)
      guard case .processed(let record) = try larger.process(job, deadline: .never, wholeTime: .seconds(900)) else {
        throw Unexpected()
      }
      #expect(try shop.rows() == [record])
    }
  }

  @Test func theLatestEventOfAKeyWinsInWhateverOrder() throws {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1], [1, 1, 2, 0, 2]] {
      try withWorkshop { shop in
        let jobs = try ["0A1", "0A10", "0B"].map {
          try shop.upload("chelsea.jpg", to: "a.jpg", sequencer: $0)
        }
        for index in order { _ = try shop.process(jobs[index]) }
        #expect(try shop.rows().map(\.rawSequencer) == ["0B"])
      }
    }
  }

  @Test(arguments: [("processed", "a.jpg"), ("raw", "images/a.jpg"), ("raw", "metadata/a.json")])
  func itsOwnOutputIsRefused(bucket: String, key: String) throws {
    try withWorkshop { shop in
      let job = ImageJob(event: S3ObjectEvent(eventTime: shop.now, bucket: bucket, key: key))
      guard case .refused(let refusal) = try shop.process(job) else { throw Unexpected() }
      #expect(refusal.code == "own_output")
      let prefix = bucket == "processed" ? "processed" : key.hasPrefix("images/") ? "images/" : "metadata/"
      #expect(refusal.description.contains(prefix))
      #expect(try shop.rows().isEmpty)
    }
  }

  @Test(arguments: ["x/", "web/2026/", "a//", "../", "/"])
  func aFolderKeyIsARow(key: String) throws {
    try withWorkshop { shop in
      guard case .rejected(let record) = try shop.process(try shop.upload("empty.jpg", to: key)) else {
        throw Unexpected()
      }
      #expect((record.rawKey, record.errorCode) == (key, "empty_object"))
      #expect(try shop.rows() == [record])
    }
  }

  @Test(arguments: [
    ("raw", ""), ("raw", String(repeating: "k", count: 1025)), ("raw\n", "a.jpg"), ("arn:aws:s3:::raw", "a.jpg"),
    ("../raw", "a.jpg"),
  ])
  func anEventOfANameThatNoStoreHasIsRefusedForGood(bucket: String, key: String) throws {
    try withWorkshop { shop in
      let job = ImageJob(event: S3ObjectEvent(eventTime: shop.now, bucket: bucket, key: key))
      guard case .refused = try shop.process(job) else { throw Unexpected() }
      #expect(try shop.rows().isEmpty)
    }
  }

  @Test(arguments: ["images/a.jpg", "images/\u{301}a.jpg", "metadata/\u{200D}.json"])
  func whatLiesWhereThisSystemWritesIsRefused(key: String) throws {
    try withWorkshop { shop in
      guard case .refused = try shop.process(try shop.upload("chelsea.jpg", to: key)) else { throw Unexpected() }
    }
  }
}
