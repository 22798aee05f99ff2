import FoundationEssentials
import ImageProcessing
import ObjectStorage
import Synchronization
import Testing
import Threads

@testable import RowIndex

@Suite struct RebuildTests {
  let folder: Folder
  let index: RowIndex
  let store: any ObjectStore

  init() throws {
    folder = try Folder()
    index = try folder.index()
    store = try DirectoryStore(root: folder.path + "/store")
  }

  @Test func aRebuildTakesTheRowsOfTheLastDaysAndLeavesOutWhatIsNone() async throws {
    let rows = try (0..<40).map { try row("web/\($0)", at: start.addingTimeInterval(Double(-$0) * 3600)) }
    try await put(rows, in: store)
    let (store, day) = (store, String(text(start).prefix(10)))
    try await withDedicatedThread {
      for (name, content) in [("bad.json", "{"), ("other.json", String(decoding: try rows[0].line(), as: UTF8.self))] {
        try store.put(
          Array(content.utf8), to: ObjectLocation(bucket: "processed", key: "metadata/dt=\(day)/\(name)"),
          attributes: ObjectAttributes(contentType: "application/json"))
      }
    }
    try await index.ingest(row("web/gone"))
    let summary = try await index.rebuild(from: store, processedBucket: "processed")
    #expect(summary == RebuildSummary(read: 42, changed: 40, bad: 2, removed: 1))
    #expect(try await index.page(GalleryFilter(), cursor: nil, limit: 100).images.count == 40)
    let again = try await index.rebuild(from: store, processedBucket: "processed")
    #expect(again == RebuildSummary(read: 42, changed: 0, bad: 2, removed: 0))
  }

  @Test func aRebuildKeepsUploadsWhoseRowsAreStillToCome() async throws {
    try await index.expect(
      ExpectedUpload(imageID: "x", bucket: "raw", key: "web/x", name: "x", size: 1, uploadedAt: start))
    let summary = try await index.rebuild(from: store, processedBucket: "processed")
    #expect(summary.removed == 0)
    #expect(try await index.image("x")?.state == .waiting)
  }

  @Test func aRowThatCannotBeReadJustNowEndsTheRebuildAndStaysInTheIndex() async throws {
    try await put([row()], in: store)
    try await index.rebuild(from: store, processedBucket: "processed")
    #expect(try !folder.index().needsRebuild)
    let faulty = FaultyStore(store)
    faulty.fail(with: tooManyFiles)
    await #expect(throws: tooManyFiles) { try await index.rebuild(from: faulty, processedBucket: "processed") }
    #expect(try await index.image(row().imageID)?.state == .processed)
    #expect(try folder.index().needsRebuild)
    faulty.fail(with: nil)
    let summary = try await index.rebuild(from: faulty, processedBucket: "processed")
    #expect(summary == RebuildSummary(read: 1, changed: 0, bad: 0, removed: 0))
    #expect(try !folder.index().needsRebuild)
  }

  @Test func pollingComesBackToARowThatCouldNotBeRead() async throws {
    try await put([row()], in: store)
    let faulty = FaultyStore(store)
    faulty.fail(with: tooManyFiles)
    let looks = Looks()
    let running = poll(faulty, looks)
    defer { running.cancel() }
    var changes = index.changes().makeAsyncIterator()
    try await Task.sleep(for: .milliseconds(300))
    // The index is not in step, and nobody is told so.
    #expect(looks.all.isEmpty)
    faulty.fail(with: nil)
    #expect(await changes.next()?.image.state == .processed)
  }

  @Test func pollingLooksAtEveryDaySinceTheLastLook() async throws {
    let days = (0...3).map { start.addingTimeInterval(Double(-$0) * 24 * 3600) }
    try await put(days.map { try row("web/\($0.timeIntervalSince1970)", at: $0) }, in: store)
    let looks = Looks()
    let running = poll(store, looks, lastLook: days[2])
    defer { running.cancel() }
    try await looks.wait()
    // The fourth day is before the last look.
    #expect(try await index.page(GalleryFilter(), cursor: nil, limit: 10).images.map(\.uploadedAt) == Array(days[...2]))
    #expect(looks.all.first == start)
  }

  @Test func pollingFindsTheLateRowOfAnImageThatWaits() async throws {
    let uploaded = start.addingTimeInterval(-3 * 24 * 3600)
    let (late, unknown) = (try row("web/late", at: uploaded), try row("web/unknown", at: uploaded))
    try await index.expect(
      ExpectedUpload(
        imageID: late.imageID, bucket: "raw", key: "web/late", name: "late", size: 1, uploadedAt: uploaded))
    try await put([late, unknown], in: store)
    let looks = Looks()
    let running = poll(store, looks)
    defer { running.cancel() }
    try await looks.wait()
    #expect(try await index.image(late.imageID)?.state == .processed)
    #expect(try await index.image(unknown.imageID) == nil)
  }

  @Test func daysAreCountedFromAnyTime() {
    #expect(RowIndex.allDays(from: start, until: start) == RowIndex.lastDays(1, until: start))
    #expect(RowIndex.allDays(from: start.addingTimeInterval(-24 * 3600), until: start).count == 2)
    #expect(RowIndex.allDays(from: start.addingTimeInterval(24 * 3600), until: start).count == 1)
    for time in [Double.nan, -.infinity, .infinity, -1e300] {
      #expect([1, 8].contains(RowIndex.allDays(from: Date(timeIntervalSince1970: time), until: start).count))
    }
  }

  private func poll(_ store: any ObjectStore, _ looks: Looks, lastLook: Date? = nil) -> Task<Void, Never> {
    let feed = PollingFeed(
      index: index, store: store, processedBucket: "processed", interval: .milliseconds(20), lastLook: lastLook,
      onLook: { looks.add($0) }, logger: quiet)
    return Task { await feed.run() }
  }

  @Test func pollingLooksSeldomWhileNobodyWaits() async throws {
    let isAwaited = Mutex(false)
    let feed = PollingFeed(
      index: index, store: store, processedBucket: "processed", interval: .milliseconds(20),
      idleInterval: .seconds(3600), isAwaited: { isAwaited.withLock { $0 } }, logger: quiet)
    let running = Task { await feed.run() }
    defer { running.cancel() }
    // The first look has been made by then.
    try await Task.sleep(for: .milliseconds(300))
    try await put([row()], in: store)
    try await Task.sleep(for: .milliseconds(300))
    #expect(try await index.page(GalleryFilter(), cursor: nil, limit: 1).images.isEmpty)
    isAwaited.withLock { $0 = true }
    for _ in 0..<500 where try await index.page(GalleryFilter(), cursor: nil, limit: 1).images.isEmpty {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(try await index.page(GalleryFilter(), cursor: nil, limit: 1).images.count == 1)
  }

  @Test func pollingFindsNewAndChangedRows() async throws {
    let feed = PollingFeed(
      index: index, store: store, processedBucket: "processed", interval: .milliseconds(20), logger: quiet)
    let running = Task { await feed.run() }
    defer { running.cancel() }
    var changes = index.changes().makeAsyncIterator()
    try await put([row()], in: store)
    #expect(await changes.next()?.image.state == .processed)
    try await put([row("web/2026/09/21/1/cat.jpg", .rejected, at: start.addingTimeInterval(1))], in: store)
    #expect(await changes.next()?.image.state == .rejected)
  }
}

/// When each look that succeeded began.
private final class Looks: Sendable {
  private let times = Mutex<[Date]>([])
  var all: [Date] { times.withLock { $0 } }
  func add(_ time: Date) { times.withLock { $0.append(time) } }

  func wait() async throws {
    for _ in 0..<500 where all.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
  }
}
