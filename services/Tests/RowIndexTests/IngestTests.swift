import FoundationEssentials
import ImageProcessing
import Testing

@testable import RowIndex

@Suite struct IngestTests {
  let folder: Folder
  let index: RowIndex

  init() throws {
    folder = try Folder()
    index = try folder.index()
  }

  @Test func theRowsOfAnImageGiveTheSameInEveryOrder() async throws {
    let rows = try [
      row(at: start) { $0.rawSequencer = "01" },
      row(at: start.addingTimeInterval(1)) { $0.rawSequencer = "02" },
      row("web/2026/09/21/1/cat.jpg", .deleted, at: start.addingTimeInterval(2)) { $0.rawSequencer = "02" },
      row(at: start.addingTimeInterval(3)) { $0.rawSequencer = "03" },
      row("web/2026/09/21/1/cat.jpg", .rejected, at: start.addingTimeInterval(3)) { $0.rawSequencer = "03" },
    ]
    var results: Set<String> = []
    for seed in 0..<40 {
      var generator = Generator(state: UInt64(seed + 1))
      let one = try Folder()
      let index = try one.index()
      let some = rows.shuffled(using: &generator)
      for record in some + some.prefix(2) { try await index.ingest(record) }
      let image = try #require(try await index.image(rows[0].imageID))
      results.insert("\(image)")
    }
    #expect(results.count == 1)
  }

  @Test func aLateRowDoesNotBringADeletedImageBack() async throws {
    let tombstone = try row("web/2026/09/21/1/cat.jpg", .deleted, at: start.addingTimeInterval(5))
    #expect(try await index.ingest(tombstone))
    #expect(try await !index.ingest(row()))
    #expect(try await index.image(tombstone.imageID)?.state == .deleted)
    #expect(try await index.page(GalleryFilter(), cursor: nil, limit: 10).images.isEmpty)
  }

  @Test func anUploadIsShownAsWaitingUntilItsRowComes() async throws {
    let record = try row()
    let upload = ExpectedUpload(
      imageID: record.imageID, bucket: "raw", key: "web/2026/09/21/1/cat.jpg", name: "Katze Ä.jpg", size: 5,
      uploadedAt: start)
    try await index.expect(upload)
    #expect(try await index.image(record.imageID)?.state == .waiting)
    try await index.ingest(record)
    try await index.expect(upload)
    let image = try #require(try await index.image(record.imageID))
    #expect(image.state == .processed)
    #expect(image.name == "Katze Ä.jpg")
  }

  @Test func theSameBytesAreFoundByTheirDigest() async throws {
    try await index.ingest(row { $0.sha256 = "ab" })
    #expect(try await index.find(sha256: "ab")?.name == "cat.jpg")
    #expect(try await index.find(sha256: "cd") == nil)
  }

  @Test func whatIsPastItsPurgeIsNeitherShownNorTakenIn() async throws {
    try await index.ingest(row())
    let later = try folder.index(at: start.addingTimeInterval(7 * 24 * 3600 + 1))
    #expect(try await later.image(row().imageID) == nil)
    #expect(try await later.page(GalleryFilter(), cursor: nil, limit: 10).images.isEmpty)
    #expect(try await !later.ingest(row(at: start.addingTimeInterval(0.5))))
    #expect(try await later.purge() == 1)
    #expect(try await later.purge() == 0)
  }

  @Test func aRowThatIsTooLongIsRefusedByName() async throws {
    let record = try row { $0.errorDetail = String(repeating: "x", count: 70_000) }
    await #expect(throws: RowIndexError.self) { try await index.ingest(record) }
  }

  @Test func changesComeOnceEachAndGoOnAfterAnId() async throws {
    var changes = index.changes().makeAsyncIterator()
    try await index.ingest(row("web/a"))
    let first = try #require(await changes.next())
    try await index.ingest(row("web/b"))
    try await index.ingest(row("web/c"))
    #expect(await changes.next()?.image.name == "b")
    var resumed = index.changes(after: first.sequence).makeAsyncIterator()
    #expect(await resumed.next()?.image.name == "b")
    let last = try #require(await resumed.next())
    #expect(last.image.name == "c")
    #expect(last.sequence > first.sequence)
  }

  @Test func aDamagedFileIsReplaced() async throws {
    let other = try Folder()
    let content = Data("not a database, at all".utf8)
    _ = FileManager.default.createFile(atPath: "\(other.path)/index.sqlite", contents: content)
    let index = try other.index()
    #expect(index.needsRebuild)
    #expect(try await index.ingest(row()))
    #expect(try other.index().needsRebuild)
  }
}

/// Gives the same numbers for the same seed.
struct Generator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
