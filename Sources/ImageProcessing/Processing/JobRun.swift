import Encodings
import FoundationEssentials
import Glibc
import Imaging
import LambdaEvents
import LambdaRuntime
import ObjectStorage
import Threads

/// One job under way: what is known of it so far, and the steps that end it.
struct JobRun {
  let processor: JobProcessor
  let job: ImageJob
  let deadline: Deadline
  let wholeTime: Duration
  let progress: JobProgress
  private let keys: OutputKeys
  private let commit: MetadataCommit
  private let began: Date
  /// Of everything that the job writes.
  private let tags: [String: String]
  /// The row that stood when the job began.
  private var seen: CurrentRow?
  private let stopwatch = ContinuousClock().now

  /// Raw objects and all that stems from them live this long.
  static let retention: TimeInterval = 7 * 24 * 3600

  init(
    processor: JobProcessor, job: ImageJob, deadline: Deadline, wholeTime: Duration, progress: JobProgress
  ) {
    self.processor = processor
    self.job = job
    self.deadline = deadline
    self.wholeTime = wholeTime
    self.progress = progress
    keys = OutputKeys(bucket: job.event.bucket, key: job.event.key, eventTime: job.event.eventTime)
    began = processor.clock()
    tags = PurgeTag.tags(uploadedAt: job.event.eventTime, now: began)
    commit = MetadataCommit(
      store: processor.store,
      location: ObjectLocation(bucket: processor.place.processedBucket, key: keys.metadata), tags: tags)
  }

  private var purgeAfter: Date { job.event.eventTime.addingTimeInterval(Self.retention) }

  var isPurged: Bool { began >= purgeAfter }

  /// Looks at the row, on a thread of its own.
  func lookAtRow() throws -> ThreadFuture<CurrentRow?> {
    let context = LambdaContext.current
    return try ThreadFuture { [commit] in try LambdaContext.withCurrent(context) { try commit.current() } }
  }

  /// A repeated or late delivery is told from the row alone, before anything is decoded.
  mutating func doneBefore(_ row: CurrentRow?) throws -> JobOutcome? {
    seen = row
    guard let record = row?.record else { return nil }
    let draft = draft()
    if record.isLater(than: draft) {
      // A former attempt at this job may have been cut short between its renditions and its look at the deletion.
      try removeRenditions(ofETag: job.event.eTag, deletions: record.overtakenDeletions)
      return .superseded(record)
    }
    return record.isSameWork(as: draft) ? .repeated(record) : nil
  }

  /// Ends the job with an `expired` row.
  func expire(_ detail: String) throws -> JobOutcome {
    var record = draft()
    record.status = .expired
    record.errorCode = "expired"
    record.errorDetail = detail
    return try close(record) { .expired($0) }
  }

  /// Makes the renditions and the `processed` row; for a fault of the image, the `rejected` row.
  func render(_ reader: any ObjectReader, admission: Admission, budget: MemoryBudget) throws -> JobOutcome {
    var record = draft()
    record.rawETag = reader.info.eTag
    record.bytesIn = reader.info.size
    record.declaredType = reader.info.attributes.contentType
    progress.change { $0.bytesInAll = reader.info.size }
    do {
      try render(reader, into: &record, admission: admission, budget: budget)
    } catch Rejection.overLimits(let excess) where processor.largeJobs != nil {
      try handOver()
      return .handedOver(excess)
    } catch let rejection as Rejection {
      return try reject(record, rejection)
    } catch let error as ImagingError {
      return try reject(record, .image(error))
    }
    return try close(record) { .processed($0) }
  }

  private func render(
    _ reader: any ObjectReader, into record: inout MetadataRecord, admission: Admission, budget: MemoryBudget
  ) throws {
    let limits = processor.recipe.limits
    guard reader.info.size > 0 else { throw Rejection.emptyObject }
    guard reader.info.size <= limits.bytes else {
      throw Rejection.tooManyBytes(actual: reader.info.size, limit: limits.bytes)
    }
    let store = processor.store
    let source = HashingSource(reader, limit: limits.bytes, deadline: deadline, progress: progress) {
      do {
        let again = try store.open(reader.info.location)
        return again.info.eTag == reader.info.eTag ? again : nil
      } catch ObjectStoreError.notFound {
        return nil
      }
    }
    let image = try faultless(source) {
      try ImageReader(source: source, limits: limits.image, damaged: processor.recipe.damaged)
    }
    record.describe(image.header)

    let renditions = processor.recipe.renditions
    var estimate = image.estimate(renditions.map(\.rendition))
    // Beside the engine: what has come of the raw object, and what has yet to go of the renditions.
    estimate.peakMemoryBytes += estimate.outputBytes.reduce(processor.store.readerMemory) {
      $0 + processor.store.writerMemory(ofObjectWith: $1)
    }
    if let excess = admission.excess(of: estimate, time: wholeTime) { throw Rejection.overLimits(excess) }
    let description = try budget.holding(estimate.peakMemoryBytes) {
      let needed = Duration.seconds(estimate.cpuSeconds)
      guard deadline.remaining > needed else { throw OutOfTime.notBegun(needed: needed, left: deadline.remaining) }
      let version = version(ofETag: reader.info.eTag, lastDeletion: record.earlierDeletions?.last)
      let sink = StoreSink(
        store: processor.store, bucket: processor.place.processedBucket, names: renditions.map(\.name),
        tags: tags, progress: progress
      ) { keys.image(rendition: $0, version: version, fileExtension: $1) }
      let description = try faultless(source) { try image.render(renditions.map(\.rendition), into: sink) }
      record.sha256 = try source.finish()
      record.renditions = try sink.commit()
      return description
    }
    record.bytesIn = source.count
    record.bytesOut = record.renditions.reduce(0) { $0 + $1.bytes }
    record.describe(description)
  }

  /// Runs what reads the image.
  ///
  /// Before a fault of the image is taken for one, the rest of the object is read: the whole object's checksum tells a
  /// fault of the way here, which is tried again, from one of the image.
  private func faultless<Result>(_ source: HashingSource, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ImagingError where error.mayComeFromTheTransfer {
      _ = try source.finish()
      throw error
    }
  }

  /// Sends the job on as an S3 notification of its one record, which is decoded there in the same way as here.
  private func handOver() throws {
    let notification = try S3Notification.encode([job.event])
    try processor.largeJobs?.send(String(decoding: notification, as: UTF8.self))
  }

  private func reject(_ record: MetadataRecord, _ rejection: Rejection) throws -> JobOutcome {
    var record = record
    record.status = .rejected
    record.errorCode = rejection.code
    record.errorDetail = rejection.description
    record.sha256 = nil
    return try close(record) { .rejected($0) }
  }

  /// Commits the row; a later event of the same key that was quicker wins it, and so does a person's deletion.
  private func close(_ record: MetadataRecord, _ outcome: (MetadataRecord) -> JobOutcome) throws -> JobOutcome {
    var record = record
    record.processedAt = processor.clock().inRecords
    record.durationMS = (stopwatch.duration(to: ContinuousClock().now) / .milliseconds(1)).rounded(toPlaces: 1)
    record.peakRSSMB = Self.peakResidentMegabytes()
    let row = try commit.write(record, over: seen)
    if row == record { return outcome(record) }
    if row.deletions != record.earlierDeletions {
      try removeRenditions(ofETag: record.rawETag, deletions: [record.earlierDeletions?.last])
      guard row.isLater(than: record) else { throw DeletedMeanwhile() }
    }
    return .superseded(row)
  }

  private func version(ofETag eTag: String, lastDeletion: String?) -> String {
    OutputKeys.version(
      rawETag: eTag, recipeID: processor.recipe.id, processorVersion: processorVersion, lastDeletion: lastDeletion)
  }

  /// Removes what this job, or an attempt at it before, may have written of an image that has been deleted.
  private func removeRenditions(ofETag eTag: String?, deletions: [String?]) throws {
    guard let eTag else { return }
    for version in deletions.map({ version(ofETag: eTag, lastDeletion: $0) }) {
      for rendition in processor.recipe.renditions {
        for format in ImageFormat.allCases {
          let key = keys.image(rendition: rendition.name, version: version, fileExtension: format.fileExtension)
          try processor.store.remove(ObjectLocation(bucket: processor.place.processedBucket, key: key))
        }
      }
    }
  }

  /// The row as far as the event alone tells.
  func draft() -> MetadataRecord {
    let event = job.event
    let since = job.sentAt ?? event.eventTime
    return MetadataRecord(
      imageID: keys.imageID,
      source: job.source,
      rawBucket: event.bucket,
      rawKey: event.key,
      rawETag: event.eTag,
      rawSequencer: event.sequencer?.hexadecimal,
      uploadedAt: event.eventTime.inRecords,
      purgeAfter: purgeAfter.inRecords,
      earlierDeletions: seen?.record?.deletions,
      status: .processed,
      attempts: job.attempt,
      compute: processor.place.compute.rawValue,
      processorVersion: processorVersion,
      recipeID: processor.recipe.id,
      processedAt: began.inRecords,
      durationMS: 0,
      queueMS: max(0, (began.timeIntervalSince(since) * 1000).rounded()),
      peakRSSMB: 0,
      bytesIn: event.size)
  }

  private static func peakResidentMegabytes() -> Double {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return (Double(usage.ru_maxrss) / 1024).rounded(toPlaces: 1)
  }
}

/// The key was deleted while the job of an upload after that ran: its renditions bear names of before.
///
/// It is tried again.
struct DeletedMeanwhile: Error, CustomStringConvertible {
  var description: String { "the key was deleted while this later upload of it was processed: to be done once more" }
}

extension ImagingError {
  /// Whether bytes that were changed on their way here would look like this.
  fileprivate var mayComeFromTheTransfer: Bool {
    switch self {
    case .unsupportedFormat, .unsupportedFeature, .corrupt, .truncated, .tooManyWarnings: true
    // What is too large is to cost its first bytes only.
    default: false
    }
  }
}

extension Date {
  /// ISO 8601 in UTC with milliseconds, as times stand in records: rounded, so that one that is read back and written
  /// again stays what it is.
  var inRecords: String { RFC3339.text(unixTime: timeIntervalSince1970) }
}

extension Double {
  /// Rounded to so many decimal places.
  func rounded(toPlaces places: Int) -> Double {
    let scale = pow(10, Double(places))
    return (self * scale).rounded() / scale
  }
}
