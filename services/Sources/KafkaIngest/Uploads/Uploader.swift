internal import ObjectStorage
internal import ServiceSupport

/// Puts a message's bytes under its key, once, however often the store refuses or the message comes again.
struct Uploader: Sendable {
  let store: any ObjectStore
  let bucket: String
  let metrics: Metrics
  let log: ServiceLog

  /// Tries until it is done.
  /// - Parameter pause: Waits so long, or until nobody wants the message any more: false then.
  @available(*, noasync, message: "blocks the calling thread")
  func upload(_ job: UploadJob, pause: (Duration) -> Bool) -> UploadOutcome {
    let location = job.location(in: bucket)
    let attributes = attributes(of: job)
    var failures = 0
    while true {
      let begun = ContinuousClock.now
      do {
        defer { metrics.observe(seconds: (ContinuousClock.now - begun) / .seconds(1)) }
        return try put(job.value, location, attributes)
      } catch {
        failures += 1
        let wait = Backoff.pause(after: failures)
        metrics.count("upload_retries")
        log.warning(
          "an upload failed and is tried again",
          ["key": location.key, "attempt": "\(failures)", "pause": "\(wait)", "error": "\(error)"])
        guard pause(wait) else { return .abandoned }
      }
    }
  }

  private func put(
    _ value: [UInt8], _ location: ObjectLocation, _ attributes: ObjectAttributes
  ) throws -> UploadOutcome {
    do {
      try store.put(value, to: location, attributes: attributes, condition: .ifAbsent)
      return .stored
    } catch ObjectStoreError.conditionFailed {
      return try holds(value, location) ? .alreadyThere : .keyTaken
    }
  }

  /// Whether the object has these bytes.
  ///
  /// Reads no further than to the first that differs.
  private func holds(_ value: [UInt8], _ location: ObjectLocation) throws -> Bool {
    let reader = try store.open(location)
    guard reader.info.size == Int64(value.count) else { return false }
    var chunk = [UInt8](repeating: 0, count: min(max(1, value.count), 256 << 10))
    var offset = 0
    while true {
      let count = try chunk.withUnsafeMutableBytes { try reader.read(into: $0) }
      if count == 0 { return offset == value.count }
      guard offset + count <= value.count, chunk[..<count] == value[offset..<(offset + count)] else { return false }
      offset += count
    }
  }

  private func attributes(of job: UploadJob) -> ObjectAttributes {
    ObjectAttributes(
      contentType: FileKind(job.value).mediaType ?? "application/octet-stream",
      userMetadata: UserMetadata.make(
        of: (job.partition, job.offset, job.timestamp), key: job.key, headers: job.headers,
        reason: job.rejection?.description))
  }
}

/// The pauses between attempts: from 0.2 s, doubled up to 30 s, each by chance between half of it and all.
enum Backoff {
  static func pause(after failures: Int) -> Duration {
    let longest = min(30_000, 200 << min(max(0, failures - 1), 8))
    return .milliseconds(Int.random(in: longest / 2...longest))
  }
}
