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
