import Encodings
import FoundationEssentials
import ImageProcessing
import Logging
import ObjectStorage
import Synchronization
import Threads

@testable import RowIndex

let start = Date(timeIntervalSince1970: 1_790_000_000)

/// A folder of its own, gone when the test is over.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "row-index-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func index(at now: Date = start) throws -> RowIndex {
    try RowIndex(path: "\(path)/index.sqlite", clock: { now }, logger: quiet)
  }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

func text(_ date: Date) -> String {
  RFC3339.text(unixMilliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
}

/// A row as the function writes it, with what a test changes.
func row(
  _ key: String = "web/2026/09/21/1/cat.jpg", _ status: MetadataRecord.Status = .processed, at uploaded: Date = start,
  change: (inout MetadataRecord) -> Void = { _ in }
) throws -> MetadataRecord {
  let json = """
    {"schema_version": 2, "image_id": "\(OutputKeys.imageID(bucket: "raw", key: key))", "raw_bucket": "raw",
     "status": "\(status.rawValue)", "uploaded_at": "\(text(uploaded))",
     "purge_after": "\(text(uploaded.addingTimeInterval(7 * 24 * 3600)))", "processed_at": "\(text(uploaded))",
     "renditions": []}
    """
  var record = try JSONDecoder().decode(MetadataRecord.self, from: Data(json.utf8))
  record.source = key.split(separator: "/").first.map { String($0) }
  record.rawKey = status == .deleted ? nil : key
  change(&record)
  return record
}

/// Writes rows where the function would.
func put(_ records: [MetadataRecord], in store: any ObjectStore) async throws {
  try await withDedicatedThread {
    for record in records {
      let day = record.uploadedAt.prefix(10)
      try store.put(
        try record.line(),
        to: ObjectLocation(bucket: "processed", key: "metadata/dt=\(day)/\(record.imageID).json"),
        attributes: ObjectAttributes(contentType: "application/json"))
    }
  }
}

/// A store of which a test says when its objects cannot be read.
final class FaultyStore: ObjectStore {
  private let inner: any ObjectStore
  private let fault = Mutex<ObjectStoreError?>(nil)

  init(_ inner: any ObjectStore) { self.inner = inner }

  /// Nil for no longer.
  func fail(with error: ObjectStoreError?) { fault.withLock { $0 = error } }

  func open(_ location: ObjectLocation) throws -> any ObjectReader {
    if let error = fault.withLock({ $0 }) { throw error }
    return try inner.open(location)
  }

  func write(
    to location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition
  ) throws -> any ObjectWriter {
    try inner.write(to: location, attributes: attributes, condition: condition)
  }

  func remove(_ location: ObjectLocation, ifMatches eTag: String?) throws {
    try inner.remove(location, ifMatches: eTag)
  }

  func list(bucket: String, prefix: String, after: String) throws -> any ObjectLister {
    try inner.list(bucket: bucket, prefix: prefix, after: after)
  }

  var readerMemory: Int { 0 }
  func writerMemory(ofObjectWith size: Int) -> Int { 0 }
}

/// What a busy host says of any file.
let tooManyFiles = ObjectStoreError.system(action: "open", path: "a row", reason: "Too many open files")
