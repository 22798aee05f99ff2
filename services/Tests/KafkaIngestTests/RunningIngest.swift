import FoundationEssentials
import Kafka
import KafkaFixtures
import ObjectStorage
import ServiceSupport
import Synchronization
import Testing
import Threads

@testable import KafkaIngest

/// A consumer that runs on a thread of its own over a mock cluster and a store, until it is told to end.
final class RunningIngest {
  let metrics = Metrics(prefix: "darkroom_ingest")
  let lines = Monitor<[String]>([])
  private let pipe: WakePipe
  private let ended: ThreadFuture<Void>

  init(
    _ cluster: MockCluster, topic: String = "images", group: String = "group", store: any ObjectStore,
    _ change: (inout IngestSettings) -> Void = { _ in }
  ) throws {
    var settings = IngestSettings()
    settings.topics = [topic]
    settings.kafka = cluster.configuration
    settings.kafka["group.id"] = group
    settings.kafka["auto.offset.reset"] = "earliest"
    settings.kafka["session.timeout.ms"] = "6000"
    settings.kafka["fetch.wait.max.ms"] = "50"
    settings.commitInterval = .milliseconds(50)
    settings.metricsInterval = nil
    settings.closeLimit = .seconds(5)
    change(&settings)
    pipe = try WakePipe()
    let (metrics, lines, pipe, final) = (metrics, lines, pipe, settings)
    ended = try ThreadFuture {
      let log = ServiceLog { line in lines.change { $0.append(line) } }
      try Ingest(
        settings: final, store: store, metrics: metrics, log: log, pipe: pipe,
        // The mock has no controller, whom librdkafka asks for them.
        topicIDs: { topics, _ in Dictionary(uniqueKeysWithValues: topics.map { ($0, "id-of-\($0)") }) }
      ).run()
    }
  }

  /// Asks for the end and waits for it.
  func end() throws {
    pipe.requestEnd()
    try ended.get()
  }

  /// Waits for the end that comes by itself.
  func wait() throws { try ended.get() }

  /// The sum of a counter's series.
  func count(_ name: String) -> Int {
    metrics.prometheusText().split(separator: "\n").filter { $0.hasPrefix("darkroom_ingest_\(name)") }
      .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
  }
}

/// A directory store that a test can make fail, or wait.
final class TurnedStore: ObjectStore {
  private let inner: DirectoryStore
  private let folder: String
  /// Decides on each write, by its key: it may throw, or block.
  private let turn: Mutex<(@Sendable (String) throws -> Void)>
  /// Bytes of all writes that are going on, and the most that there were.
  let bytes = Mutex((now: 0, most: 0))

  init(_ turn: @escaping @Sendable (String) throws -> Void = { _ in }) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "ingest-\(UUID().uuidString)").path()
    inner = try DirectoryStore(root: folder)
    self.turn = Mutex(turn)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The keys that there are.
  func keys(_ prefix: String = "") throws -> [String] {
    let lister: any ObjectLister
    do { lister = try inner.list(bucket: "darkroom-raw", prefix: prefix, after: "") } catch { return [] }
    var keys: [String] = []
    while let object = try lister.next() { keys.append(object.location.key) }
    return keys
  }

  func open(_ location: ObjectLocation) throws -> any ObjectReader { try inner.open(location) }

  func write(
    to location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition
  ) throws -> any ObjectWriter {
    Writer(
      inner: try inner.write(to: location, attributes: attributes, condition: condition), key: location.key,
      store: self)
  }

  func remove(_ location: ObjectLocation, ifMatches eTag: String?) throws {
    try inner.remove(location, ifMatches: eTag)
  }

  func list(bucket: String, prefix: String, after: String) throws -> any ObjectLister {
    try inner.list(bucket: bucket, prefix: prefix, after: after)
  }

  var readerMemory: Int { 0 }
  func writerMemory(ofObjectWith size: Int) -> Int { 0 }

  private final class Writer: ObjectWriter {
    let inner: any ObjectWriter
    let key: String
    let store: TurnedStore
    var count = 0

    init(inner: any ObjectWriter, key: String, store: TurnedStore) {
      (self.inner, self.key, self.store) = (inner, key, store)
    }

    deinit { store.bytes.withLock { $0.now -= count } }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
      count += bytes.count
      store.bytes.withLock {
        $0.now += bytes.count
        $0.most = max($0.most, $0.now)
      }
      try inner.write(bytes)
    }

    func finish() throws { try inner.finish() }

    func commit() throws -> String {
      let turn = store.turn.withLock { $0 }
      try turn(key)
      return try inner.commit()
    }
  }
}

/// Waits until something holds.
@available(*, noasync, message: "blocks the calling thread")
func expectSoon(
  _ what: String, within limit: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation,
  _ holds: () throws -> Bool
) rethrows {
  let (end, pause) = (ContinuousClock.now + limit, Monitor(()))
  while ContinuousClock.now < end {
    if try holds() { return }
    _ = pause.wait(for: .milliseconds(20)) { _ in Bool?.none }
  }
  Issue.record("not in \(limit): \(what)", sourceLocation: sourceLocation)
}
