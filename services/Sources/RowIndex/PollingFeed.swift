public import FoundationEssentials
public import Logging
public import ObjectStorage
import Threads

/// Feeds the index by looking at the rows of today at intervals, and at those of every day since the last look that
/// succeeded.
///
/// An hour more is looked at, since rows may lie under the day before for a while after midnight. A listing costs one
/// call per 1,000 rows, so it is made seldom while nobody waits; only rows that have changed since the last one are
/// read. Once an hour the earlier days of images that still wait are looked at too: an image that is processed late
/// has its row under the day of its upload.
public final class PollingFeed: Sendable {
  private let index: RowIndex
  private let store: any ObjectStore
  private let processedBucket: String
  private let interval: Duration
  private let idleInterval: Duration
  private let lastLook: Date?
  private let isAwaited: @Sendable () -> Bool
  private let onLook: @Sendable (Date) -> Void
  private let logger: Logger

  /// A row may lie under the day before that of the look that finds it, for so many seconds after midnight.
  private static let overlap: Double = 3600
  private static let waitingInterval: Duration = .seconds(3600)

  /// - Parameters:
  ///   - interval: Between two looks while somebody waits for news.
  ///   - idleInterval: Between two looks while nobody does.
  ///   - lastLook: Until when the index was in step with the bucket; nil for now.
  ///   - isAwaited: Says whether somebody does; it is asked once an `interval`.
  ///   - onLook: Is told when each look that succeeded began: until then the index is in step with the bucket.
  public init(
    index: RowIndex, store: any ObjectStore, processedBucket: String, interval: Duration = .seconds(2),
    idleInterval: Duration = .seconds(30), lastLook: Date? = nil, isAwaited: @escaping @Sendable () -> Bool = { true },
    onLook: @escaping @Sendable (Date) -> Void = { _ in }, logger: Logger
  ) {
    self.index = index
    self.store = store
    self.processedBucket = processedBucket
    self.interval = interval
    self.idleInterval = idleInterval
    self.lastLook = lastLook
    self.isAwaited = isAwaited
    self.onLook = onLook
    self.logger = logger
  }

  /// What tells two contents under one key apart, as far as the listing goes.
  private struct Mark: Equatable, Sendable {
    var eTag: String?
    var size: Int64
    var lastModified: Date
  }

  /// Works until the task is cancelled; a look that fails is repeated at the next interval.
  public func run() async {
    var seen: [String: [String: Mark]] = [:]
    var from = (lastLook ?? index.clock()).addingTimeInterval(-Self.overlap)
    var lookedForWaiting: ContinuousClock.Instant?
    while !Task.isCancelled {
      do {
        let now = index.clock()
        let days = RowIndex.allDays(from: from, until: now)
        seen = seen.filter { days.contains($0.key) }
        for day in days { try await look(at: day, &seen[day, default: [:]]) }
        if lookedForWaiting.map({ ContinuousClock.now - $0 >= Self.waitingInterval }) ?? true {
          for day in try await index.waitingDays().subtracting(days) { try await lookForWaiting(at: day) }
          lookedForWaiting = .now
        }
        from = now.addingTimeInterval(-Self.overlap)
        onLook(now)
      } catch is CancellationError {
        return
      } catch {
        logger.warning("index: the rows cannot be read, to be tried again: \(error)")
      }
      let looked = ContinuousClock.now
      repeat {
        try? await Task.sleep(for: interval)
      } while !Task.isCancelled && !isAwaited() && .now - looked < idleInterval
    }
  }

  /// Takes in the rows of a day that are not as they were seen.
  private func look(at day: String, _ seen: inout [String: Mark]) async throws {
    let changed = try await list(day, without: seen)
    for start in stride(from: 0, to: changed.count, by: Self.chunk) {
      let chunk = changed[start..<min(start + Self.chunk, changed.count)]
      try await take(chunk.map { $0.key })
      for (key, mark) in chunk { seen[key] = mark }
    }
  }

  /// Takes in the rows of a day whose images wait for them.
  private func lookForWaiting(at day: String) async throws {
    let all = try await list(day, without: [:])
    for start in stride(from: 0, to: all.count, by: Self.chunk) {
      let keys = all[start..<min(start + Self.chunk, all.count)].map { $0.key }
      let ids = keys.map { ImageColumns.name(ofKey: $0).replacing(".json", with: "") }
      let waiting = try await index.waiting(among: ids)
      try await take(zip(keys, ids).filter { waiting.contains($0.1) }.map { $0.0 })
    }
  }

  private static let chunk = 512

  private func list(_ day: String, without known: [String: Mark]) async throws -> [(key: String, mark: Mark)] {
    let (store, bucket) = (store, processedBucket)
    return try await withDedicatedThread { () throws -> [(key: String, mark: Mark)] in
      var changed: [(key: String, mark: Mark)] = []
      do {
        let lister = try store.list(bucket: bucket, prefix: "metadata/dt=\(day)/", after: "")
        while let object = try lister.next() {
          let mark = Mark(eTag: object.eTag, size: object.size, lastModified: object.lastModified)
          if known[object.location.key] != mark { changed.append((object.location.key, mark)) }
        }
      } catch ObjectStoreError.missingBucket {
        // A directory store gets its buckets with their first objects.
      }
      return changed
    }
  }

  private func take(_ keys: [String]) async throws {
    let (store, bucket) = (store, processedBucket)
    let locations = keys.map { ObjectLocation(bucket: bucket, key: $0) }
    let found = try await withDedicatedThread { try MetadataReader(store: store).read(locations) }
    var images: [ImageColumns] = []
    for object in found {
      do {
        if let record = try object.record?.get() { images.append(try ImageColumns(record)) }
      } catch {
        logger.warning("index: a row is left out: \(error)", metadata: ["key": "\(object.key)"])
      }
    }
    _ = try await index.put(images)
  }
}
