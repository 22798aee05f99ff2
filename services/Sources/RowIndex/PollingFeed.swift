import FoundationEssentials
public import Logging
public import ObjectStorage
import Threads

/// Feeds the index by looking at today's rows at intervals, and at yesterday's within the hour after midnight.
///
/// A listing costs one call per 1,000 rows, so it is made seldom while nobody waits; only rows that have changed since
/// the last one are read.
public final class PollingFeed: Sendable {
  private let index: RowIndex
  private let store: any ObjectStore
  private let processedBucket: String
  private let interval: Duration
  private let idleInterval: Duration
  private let isAwaited: @Sendable () -> Bool
  private let logger: Logger

  /// - Parameters:
  ///   - interval: Between two looks while somebody waits for news.
  ///   - idleInterval: Between two looks while nobody does.
  ///   - isAwaited: Says whether somebody does; it is asked once an `interval`.
  public init(
    index: RowIndex, store: any ObjectStore, processedBucket: String, interval: Duration = .seconds(2),
    idleInterval: Duration = .seconds(30), isAwaited: @escaping @Sendable () -> Bool = { true }, logger: Logger
  ) {
    self.index = index
    self.store = store
    self.processedBucket = processedBucket
    self.interval = interval
    self.idleInterval = idleInterval
    self.isAwaited = isAwaited
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
    while !Task.isCancelled {
      do {
        let days = RowIndex.lastDays(1, until: index.clock().addingTimeInterval(-3600))
        let today = RowIndex.lastDays(1, until: index.clock())
        let current = Array(Set(days + today))
        seen = seen.filter { current.contains($0.key) }
        for day in current { try await look(at: day, &seen[day, default: [:]]) }
      } catch is CancellationError {
        return
      } catch {
        logger.warning("index: today's rows cannot be read, to be tried again: \(error)")
      }
      let looked = ContinuousClock.now
      repeat {
        try? await Task.sleep(for: interval)
      } while !Task.isCancelled && !isAwaited() && .now - looked < idleInterval
    }
  }

  /// Looks once at today's rows.
  func look(at day: String) async throws {
    var seen: [String: Mark] = [:]
    try await look(at: day, &seen)
  }

  private func look(at day: String, _ seen: inout [String: Mark]) async throws {
    let known = seen
    let (store, bucket) = (store, processedBucket)
    let changed = try await withDedicatedThread { () throws -> [(String, Mark)] in
      var changed: [(String, Mark)] = []
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
    for start in stride(from: 0, to: changed.count, by: 512) {
      let chunk = changed[start..<min(start + 512, changed.count)]
      let locations = chunk.map { ObjectLocation(bucket: bucket, key: $0.0) }
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
      for (key, mark) in chunk { seen[key] = mark }
    }
  }
}
