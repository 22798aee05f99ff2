import HTTPService
import ImageProcessing
import Logging
import RowIndex
import Threads

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Takes any bytes for the query of a gallery's address: its pages show each image that passes the filter, as the
/// filter's words say it, once, and no other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGalleryQuery(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let query = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  guard let fields = try? FormFields.parse(query), let filter = try? GalleryFilter(query: fields) else { return 0 }
  var found: [IndexedImage] = []
  var cursor: String?
  repeat {
    let place = cursor
    do {
      let page = try runBlocking { try await index.page(filter, cursor: place, limit: 2) }
      found += page.images
      cursor = page.next
    } catch {
      fatalError("\(query): \(error)")
    }
    guard found.count <= images.count else { fatalError("\(query): an image is on two pages") }
  } while cursor != nil
  let expected = images.filter { passes($0, filter) }
  guard Set(found.map(\.id)) == Set(expected.map(\.id)) else {
    fatalError("\(query): \(found.map(\.name)) in place of \(expected.map(\.name))")
  }
  // A cursor of somebody else's.
  if let text = fields.first(where: { $0.0 == "cursor" })?.1 {
    do {
      _ = try runBlocking { try await index.page(filter, cursor: text, limit: 2) }
    } catch RowIndexError.badCursor {
      return 0
    } catch {
      fatalError("\(text): \(error)")
    }
  }
  return 0
}

/// Whether an image passes, by the words of the filter and without SQL.
private func passes(_ image: IndexedImage, _ filter: GalleryFilter) -> Bool {
  let record = image.record
  let pixels = record.map { ($0.width ?? 0) * ($0.height ?? 0) } ?? 0
  let size: GalleryFilter.Size = pixels < 1_000_000 ? .small : pixels < 8_000_000 ? .medium : .large
  return image.state != .deleted
    && (filter.day.map { record?.uploadedAt.hasPrefix($0) == true } ?? true)
    && (filter.source.map { image.source == $0.rawValue } ?? true)
    && (filter.status.map { image.state == $0 } ?? true)
    && (filter.format.map { record?.format == $0 } ?? true)
    && (filter.camera.map { record?.exifModel == $0 } ?? true)
    && (filter.size.map { pixels > 0 && size == $0 } ?? true)
    && (filter.search.map { image.name.lowercased().utf8.contains($0.lowercased().utf8) } ?? true)
}

private let now = 1_790_000_000.0
private let names = [
  "cat.jpg", "CAT 2.JPG", "Ärger 100%.png", "a\"b'c*.jpg", "İstanbul.jpg", "e\u{301}te\u{301}.png", "NEAR(cat).jpg",
  "Straße.jpg", "😀😀😀.png", "x",
]

/// An index of one image of each name: of several days, sources, states, formats, cameras and sizes.
private let index: RowIndex = {
  do {
    let folder = FileManager.default.temporaryDirectory.appending(path: "darkroom-fuzz-gallery-query")
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let quiet = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
    let index = try RowIndex(
      path: folder.appending(path: "index.sqlite").path, clock: { Date(timeIntervalSince1970: now) }, logger: quiet)
    let records = try names.enumerated().map(record)
    try runBlocking { for record in records { try await index.ingest(record) } }
    return index
  } catch {
    fatalError("no index: \(error)")
  }
}()

private let images: [IndexedImage] = {
  let ids = names.indices.map(id)
  guard let images = try? runBlocking({ try await index.images(ids: ids) }), images.count == names.count else {
    fatalError("images are missing")
  }
  return images
}()

private func id(_ number: Int) -> String { String(repeating: "0", count: 31) + String(number, radix: 16) }

private func record(_ number: Int, _ name: String) throws -> MetadataRecord {
  let status = ["processed", "processed", "rejected", "expired", "deleted"][number % 5]
  let day = ["2026-09-20", "2026-09-21"][number % 2]
  let source = ["web", "kafka", "ftp"][number % 3]
  let json = """
    {"schema_version": 2, "image_id": "\(id(number))", "raw_bucket": "raw", "status": "\(status)",
     "source": "\(source)", "uploaded_at": "\(day)T10:00:0\(number)Z", "purge_after": "2026-09-28T10:00:00Z",
     "processed_at": "\(day)T10:01:00Z", "renditions": [], "width": \(number * 500 + 1), "height": 2000}
    """
  var record = try JSONDecoder().decode(MetadataRecord.self, from: Data(json.utf8))
  if status != "deleted" { record.rawKey = "\(source)/\(name)" }
  record.format = number % 2 == 0 ? "jpeg" : "png"
  record.exifModel = number % 4 == 0 ? nil : "Camera \"\(number % 4)\""
  return record
}
