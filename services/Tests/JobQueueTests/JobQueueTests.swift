import FoundationEssentials
import GRDB
import ImageProcessing
import Logging
import ObjectStorage
import Synchronization
import Testing
import Threads

@testable import JobQueue

@Suite struct JobQueueTests {
  let folder: String
  let store: any ObjectStore
  let rows = Rows()

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "job-queue-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    store = try DirectoryStore(root: folder + "/store")
  }

  private func queue(
    _ store: (any ObjectStore)? = nil, clock: @escaping @Sendable () -> Date = { Date() }
  ) throws -> JobQueue {
    let recipe = try Recipe(
      json: Array(#"{"renditions": [{"name": "small", "width": 8, "height": 8, "fit": "inside"}]}"#.utf8),
      name: "recipe")
    let place = ProcessingPlace(compute: .local, processedBucket: "processed", memory: 64 << 20)
    let rows = rows
    return try JobQueue(
      path: folder + "/jobs.sqlite", processor: JobProcessor(store: store ?? self.store, recipe: recipe, place: place),
      rawBucket: "raw", concurrency: 2, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      clock: clock
    ) { rows.append($0) }
  }

  /// A file that is not an image ends as a row too: `rejected`.
  private func stored(_ key: String) async throws -> RawObject {
    let store = store
    let eTag = try await withDedicatedThread {
      try store.put(
        Array("not an image".utf8), to: ObjectLocation(bucket: "raw", key: key),
        attributes: ObjectAttributes(contentType: "image/png"))
    }
    return RawObject(key: key, name: "a.png", size: 12, eTag: eTag, storedAt: Date())
  }

  private func run(_ queue: JobQueue, until isDone: () -> Bool) async throws {
    let running = Task { try await queue.run() }
    let deadline = ContinuousClock().now + .seconds(20)
    while !isDone(), ContinuousClock().now < deadline { try await Task.sleep(for: .milliseconds(5)) }
    running.cancel()
    try await running.value
  }

  @Test func everyJobEndsInARow() async throws {
    let queue = try queue()
    for number in 0..<20 { try await queue.enqueue(stored("web/\(number)/a.png")) }
    try await run(queue) { rows.all.count == 20 }
    #expect(Set(rows.all.map(\.rawKey)) == Set((0..<20).map { "web/\($0)/a.png" }))
    #expect(rows.all.allSatisfy { $0.status == .rejected })
    #expect(try await queue.states(of: rows.all.map(\.imageID)).isEmpty)
  }

  @Test func withoutJobsItLooksOnceASecondAndTakesANewOneAtOnce() async throws {
    let looks = Looks()
    try await withThrowingTaskGroup(of: Void.self) { group in
      let queue = try queue(clock: {
        looks.note()
        return Date()
      })
      group.addTask { try await queue.run() }
      try await Task.sleep(for: .seconds(3))
      // Two workers, each at the start and after every second; a machine that stands still makes them fewer.
      #expect(looks.count <= 10)
      try await queue.enqueue(stored("web/1/a.png"))
      let deadline = ContinuousClock().now + .seconds(20)
      while rows.all.isEmpty, ContinuousClock().now < deadline { try await Task.sleep(for: .milliseconds(5)) }
      #expect(rows.all.count == 1)
      group.cancelAll()
    }
  }

  @Test func enqueuedTwiceIsOneJob() async throws {
    let queue = try queue()
    let object = try await stored("web/1/a.png")
    try await queue.enqueue(object)
    try await queue.enqueue(object)
    try await run(queue) { !rows.all.isEmpty }
    #expect(rows.all.count == 1)
  }

  @Test func aJobThatWasUnderWayIsDoneAtTheNextStart() async throws {
    let object = try await stored("web/1/a.png")
    let id = OutputKeys.imageID(bucket: "raw", key: object.key)
    do {
      let first = try queue()
      try await first.enqueue(object)
      let now = first.now
      #expect(try await first.database.write { try JobTable(db: $0).claim(now: now) } != nil)
      #expect(try await first.states(of: [id]) == [id: .processing])
    }
    let second = try queue()
    #expect(try await second.states(of: [id]) == [id: .waiting])
    try await run(second) { !rows.all.isEmpty }
    #expect(rows.all.map(\.imageID) == [id])
  }

  @Test(arguments: [7, 8]) func aJobThatWasUnderWayAtTheEndOfItsLastTryIsLeftAsFailed(attempts: Int) async throws {
    let object = try await stored("web/1/a.png")
    let id = OutputKeys.imageID(bucket: "raw", key: object.key)
    do {
      let first = try queue()
      try await first.enqueue(object)
      let now = first.now
      _ = try await first.database.write { try JobTable(db: $0).claim(now: now) }
      try await first.database.write { try $0.execute(sql: "UPDATE job SET attempts = ?", arguments: [attempts]) }
    }
    let expected: JobState =
      attempts < JobQueue.maximumAttempts ? .waiting : .failed("the process ended during this job (tried 8 times)")
    #expect(try await queue().states(of: [id]) == [id: expected])
  }

  @Test func aFaultOfTheFileIsWaitedOutAndItsJobsComeBack() async throws {
    let queue = try queue()
    let object = try await stored("web/1/a.png")
    try await queue.enqueue(object)
    // A job can be claimed, and then nothing else can be noted of it, as on a disk that is full from then on: the next
    // claim fails too.
    try await queue.database.write { db in
      for (name, change) in [("ending", "DELETE"), ("putting_back", "UPDATE OF next")] {
        try db.execute(sql: "CREATE TRIGGER \(name) BEFORE \(change) ON job BEGIN SELECT RAISE(ABORT, 'full'); END")
      }
    }
    let running = Task { try await queue.run() }
    try await wait { !queue.unrecorded.withLock { $0.isEmpty } }
    #expect(rows.all.count == 1)
    try await queue.database.write { db in
      for name in ["ending", "putting_back"] { try db.execute(sql: "DROP TRIGGER \(name)") }
    }
    let id = OutputKeys.imageID(bucket: "raw", key: object.key)
    try await wait { try await queue.states(of: [id]).isEmpty }
    #expect(rows.all.count == 2)
    running.cancel()
    try await running.value
  }

  private func wait(until isDone: () async throws -> Bool) async throws {
    for _ in 0..<1000 {
      if try await isDone() { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("it did not come to be in 20 s")
  }

  @Test func twoQueuesDoNotShareAFile() throws {
    let first = try queue()
    #expect(throws: JobQueueError.inUse(path: folder + "/jobs.sqlite")) { try queue() }
    _ = first
  }

  @Test func aJobThatNeverSucceedsIsLeftWithItsReason() async throws {
    let queue = try queue()
    let object = try await stored("web/1/a.png")
    try await queue.enqueue(object)
    // The next try is the last.
    try await queue.database.write { try $0.execute(sql: "UPDATE job SET attempts = 7") }
    // A file where the bucket's folder should be: every write fails.
    _ = FileManager.default.createFile(atPath: folder + "/store/processed", contents: Data())
    let id = OutputKeys.imageID(bucket: "raw", key: object.key)
    let running = Task { try await queue.run() }
    var state: JobState?
    for _ in 0..<400 {
      state = try await queue.states(of: [id])[id]
      if case .failed = state { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    running.cancel()
    try await running.value
    guard case .failed(let reason) = state else {
      Issue.record("\(String(describing: state))")
      return
    }
    #expect(reason.contains("tried 8 times"))
    try FileManager.default.removeItem(atPath: folder + "/store/processed")
    try await queue.retry(id)
    try await run(queue) { !rows.all.isEmpty }
    #expect(rows.all.count == 1)
  }

  @Test func whatWasStoredWithoutAJobIsFound() async throws {
    let queue = try queue()
    let objects = [try await stored("web/1/a.png"), try await stored("web/2/b.png"), try await stored("web/3/c.png")]
    try await queue.enqueue(objects[0])
    let withRow = OutputKeys.imageID(bucket: "raw", key: objects[1].key)
    #expect(try await queue.enqueueMissing(prefix: "web/") { _ in [withRow] } == 1)
    let id = OutputKeys.imageID(bucket: "raw", key: objects[2].key)
    #expect(try await queue.states(of: [id]) == [id: .waiting])
    #expect(try await queue.enqueueMissing(prefix: "web/") { _ in [withRow] } == 0)
  }
}

/// The rows that a queue has told of.
final class Rows: Sendable {
  private let rows = Mutex<[MetadataRecord]>([])
  var all: [MetadataRecord] { rows.withLock { $0 } }
  func append(_ row: MetadataRecord) { rows.withLock { $0.append(row) } }
}

/// Counts how often something is looked at.
final class Looks: Sendable {
  private let number = Mutex(0)

  var count: Int { number.withLock { $0 } }

  func note() { number.withLock { $0 += 1 } }
}
