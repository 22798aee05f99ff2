import Encodings
import FoundationEssentials
import GRDB
import Logging
public import ObjectStorage
import Threads

/// What a rebuild found.
public struct RebuildSummary: Sendable, Equatable {
  /// Objects under `metadata/` that were looked at.
  public var read = 0
  /// Rows that changed the index.
  public var changed = 0
  /// Objects that are not rows; the log names each.
  public var bad = 0
  /// Images of the index that the bucket no longer has.
  public var removed = 0
}

extension RowIndex {
  private static let chunk = 512
  private static let days = 8

  /// Brings the index in step with the rows of the last eight days that a store holds.
  ///
  /// Pages can be read meanwhile, and rows may come in by a feed. What the index has and the bucket has not goes at the
  /// end, but for uploads whose rows are still to come. A few hundred rows are in memory at any time; what is not a
  /// row is named in the log and counted. After an error, such as a row that cannot be read just now, it is to be
  /// called again.
  @discardableResult
  public func rebuild(from store: any ObjectStore, processedBucket: String) async throws -> RebuildSummary {
    let generation = try await translated { try await pool.write { try ImageTable(db: $0).beginGeneration() } }
    var summary = RebuildSummary()
    for day in Self.lastDays(Self.days, until: clock()) {
      let prefix = "metadata/dt=\(day)/"
      var after = ""
      while true {
        let place = after
        let (found, last) = try await withDedicatedThread {
          try Self.nextChunk(store, processedBucket, prefix: prefix, after: place)
        }
        guard let last else { break }
        after = last
        try await take(found, &summary)
        logger.info(
          "index: rows read", metadata: ["day": "\(day)", "read": "\(summary.read)", "bad": "\(summary.bad)"])
      }
    }
    let waiting = Int64(ImageColumns.code(.waiting))
    summary.removed = try await removeAll(where: "generation < ? AND status <> ?", [generation, waiting])
    try await translated { try await pool.write { try ImageTable(db: $0).complete(generation) } }
    logger.info(
      "index: in step with the bucket",
      metadata: [
        "read": "\(summary.read)", "changed": "\(summary.changed)", "bad": "\(summary.bad)",
        "removed": "\(summary.removed)",
      ])
    return summary
  }

  private func take(_ found: [MetadataReader.Found], _ summary: inout RebuildSummary) async throws {
    summary.read += found.count
    var images: [ImageColumns] = []
    for object in found {
      do {
        if let record = try object.record?.get() { images.append(try ImageColumns(record)) }
      } catch {
        summary.bad += 1
        logger.warning("index: a row is left out: \(error)", metadata: ["key": "\(object.key)"])
      }
    }
    summary.changed += try await put(images)
  }

  private static func nextChunk(
    _ store: any ObjectStore, _ bucket: String, prefix: String, after: String
  ) throws -> (found: [MetadataReader.Found], last: String?) {
    do {
      let lister = try store.list(bucket: bucket, prefix: prefix, after: after)
      var locations: [ObjectLocation] = []
      while locations.count < chunk, let object = try lister.next() { locations.append(object.location) }
      return (try MetadataReader(store: store).read(locations), locations.last?.key)
    } catch ObjectStoreError.missingBucket {
      // A directory store gets its buckets with their first objects.
      return ([], nil)
    }
  }

  /// The days in UTC from that of one time to that of another, the latest first; eight at most.
  static func allDays(from first: Date, until now: Date) -> [String] {
    let day: Double = 24 * 3600
    let back = (now.timeIntervalSince1970 / day).rounded(.down) - (first.timeIntervalSince1970 / day).rounded(.down)
    // The first may come from a file, and be no number.
    return lastDays(back > 0 ? Int(min(back, Double(days - 1))) + 1 : 1, until: now)
  }

  /// Days in UTC, `YYYY-MM-DD`, the latest first.
  static func lastDays(_ count: Int, until now: Date) -> [String] {
    (0..<count).map { back in
      let time = now.addingTimeInterval(Double(-back) * 24 * 3600)
      return String(RFC3339.text(unixSeconds: Int64(time.timeIntervalSince1970)).prefix(10))
    }
  }
}
