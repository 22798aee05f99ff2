import FoundationEssentials
import ImageProcessing
import Testing

@testable import RowIndex

@Suite struct GalleryTests {
  let folder: Folder
  let index: RowIndex

  init() throws {
    folder = try Folder()
    index = try folder.index()
  }

  private func rows(_ count: Int) throws -> [MetadataRecord] {
    try (0..<count).map { number in
      let source = ["web", "kafka", "elsewhere"][number % 3]
      let name = "\(source)/\(number)/\(number % 7 == 0 ? "Ferien" : "IMG")_\(number).jpg"
      return try row(
        name, [.processed, .rejected, .expired][number % 4 % 3],
        at: start.addingTimeInterval(Double(-(number / 2)) * 3600)
      ) {
        $0.format = number % 5 == 0 ? nil : ["jpeg", "png"][number % 2]
        $0.exifMake = number % 4 == 0 ? "Canon" : nil
        $0.exifModel = number % 4 == 0 ? "Canon EOS 5D" : number % 4 == 1 ? "Pixel 9" : nil
        $0.width = number % 6 == 0 ? nil : [100, 2000, 4000][number % 3]
        $0.height = $0.width
      }
    }
  }

  /// What a filter lets pass, without SQL.
  private func passes(_ image: IndexedImage, _ filter: GalleryFilter) throws -> Bool {
    let columns = try ImageColumns(try #require(image.record))
    return (filter.day.map { text(image.uploadedAt).hasPrefix($0) } ?? true)
      && (filter.source.map { image.source == $0.rawValue } ?? true)
      && (filter.status.map { image.state == $0 } ?? true)
      && (filter.format.map { image.record?.format == $0 } ?? true)
      && (filter.camera.map { columns.camera == $0 } ?? true)
      && (filter.size.map { columns.sizeClass == ImageColumns.code($0) } ?? true)
      && (filter.search.map { image.name.lowercased().contains($0.lowercased()) } ?? true)
  }

  @Test func everyCombinationOfFiltersShowsWhatPassesNewestFirst() async throws {
    let records = try rows(240)
    _ = try await index.ingest(records)
    let all = try await index.images(ids: records.map(\.imageID))
    #expect(all.count == 240)
    for bits in 0..<128 {
      var filter = GalleryFilter()
      if bits & 1 != 0 { filter.day = String(text(start.addingTimeInterval(-24 * 3600)).prefix(10)) }
      if bits & 2 != 0 { filter.source = .web }
      if bits & 4 != 0 { filter.status = .processed }
      if bits & 8 != 0 { filter.format = "jpeg" }
      if bits & 16 != 0 { filter.camera = bits % 3 == 0 ? "Canon EOS 5D" : "Pixel 9" }
      if bits & 32 != 0 { filter.size = .medium }
      if bits & 64 != 0 { filter.search = bits % 2 == 0 ? "ferien" : "G_" }
      let expected = try all.filter { try passes($0, filter) }
      var shown: [IndexedImage] = []
      var cursor: String?
      repeat {
        let page = try await index.page(filter, cursor: cursor, limit: 7)
        shown += page.images
        cursor = page.next
        if page.countIsExact { #expect(page.count == expected.count) }
      } while cursor != nil
      #expect(Set(shown.map(\.id)) == Set(expected.map(\.id)), "\(filter)")
      #expect(shown.count == expected.count)
      #expect(zip(shown, shown.dropFirst()).allSatisfy { $0.uploadedAt >= $1.uploadedAt })
    }
  }

  @Test func whatIsAddedMeanwhileMovesNoPage() async throws {
    _ = try await index.ingest(rows(30))
    let first = try await index.page(GalleryFilter(), cursor: nil, limit: 10)
    let expected = try await index.page(GalleryFilter(), cursor: first.next, limit: 10)
    try await index.ingest(row("web/new", at: start.addingTimeInterval(60)))
    #expect(try await index.page(GalleryFilter(), cursor: first.next, limit: 10).images == expected.images)
  }

  @Test(arguments: ["", "1", "1-2", "2-a-b", "1-a-0", "1-A-b", "1--1-2", "1-zzzzzzzzzzzzzzzz-1", "1-1-1-1", "1-+1-1"])
  func aCursorThatWasNotMadeHereIsRefused(cursor: String) async throws {
    await #expect(throws: RowIndexError.badCursor) {
      try await index.page(GalleryFilter(), cursor: cursor, limit: 10)
    }
  }

  @Test func quotesAndOperatorsInASearchAreText() async throws {
    try await index.ingest(row("web/1/a\"b OR c%d_*.jpg"))
    try await index.ingest(row("web/2/x\"\u{301}y.jpg"))
    for search in ["\"b OR", "c%d_*", "a\"b", "%d", "_*", "x\"\u{301}y"] {
      var filter = GalleryFilter()
      filter.search = search
      #expect(try await index.page(filter, cursor: nil, limit: 5).images.count == 1, "\(search)")
    }
  }

  @Test func aQueryIsReadOrRefusedByItsField() throws {
    let filter = try GalleryFilter(query: [
      ("day", "2026-11-26"), ("source", "web"), ("q", "cat"), ("size", ""), ("other", "x"),
    ])
    #expect(filter.day == "2026-11-26")
    #expect(filter.source == .web)
    #expect(filter.search == "cat")
    for (field, value) in [
      ("day", "2026-13-01"), ("day", "2026-1-1"), ("source", "WEB"), ("size", "huge"), ("q", "a\0b"),
      ("camera", String(repeating: "x", count: 201)),
    ] {
      do {
        _ = try GalleryFilter(query: [(field, value)])
        Issue.record("\(field)=\(value) was taken")
      } catch {
        #expect(error.field == field)
      }
    }
  }
}
