import FoundationEssentials
import ImageProcessing
import ObjectStorage
import Threads

/// Reads rows from the processed bucket, several side by side.
///
/// It blocks: for threads of one's own.
struct MetadataReader: Sendable {
  let store: any ObjectStore

  /// Rows that are read side by side.
  private static let concurrency = 16

  /// What was found under a key.
  struct Found: Sendable {
    var key: String
    /// Nil for an object that is gone; a failure for one that is not a row, however often it is read.
    var record: Result<MetadataRecord, any Error>?
  }

  /// - Throws: Why an object cannot be read just now, which says nothing of its row; when the system gives no threads.
  @available(*, noasync, message: "blocks the calling thread")
  func read(_ locations: [ObjectLocation]) throws -> [Found] {
    let count = min(Self.concurrency, locations.count)
    let parts = try (0..<count).map { first in
      try ThreadFuture {
        try stride(from: first, to: locations.count, by: count).map { try read(locations[$0]) }
      }
    }
    return try parts.flatMap { try $0.get() }
  }

  private func read(_ location: ObjectLocation) throws -> Found {
    do {
      let bytes = try store.open(location).readAll(limit: ImageColumns.recordLimit)
      let record = try JSONDecoder().decode(MetadataRecord.self, from: Data(bytes))
      // The key says whose row it is: one that names another image would take that one's place.
      guard location.key.utf8.split(separator: UInt8(ascii: "/")).last.map({ String($0) }) == "\(record.imageID).json"
      else { throw MisplacedRow(imageID: record.imageID) }
      return Found(key: location.key, record: .success(record))
    } catch ObjectStoreError.notFound {
      return Found(key: location.key, record: nil)
    } catch let error where Self.isOfTheRow(error) {
      return Found(key: location.key, record: .failure(error))
    }
  }

  private static func isOfTheRow(_ error: any Error) -> Bool {
    switch error {
    case ObjectStoreError.tooLarge, ObjectStoreError.invalidKey, is DecodingError, is MisplacedRow: true
    default: false
    }
  }
}

/// A row that lies under another image's key.
struct MisplacedRow: Error, CustomStringConvertible {
  var imageID: String
  var description: String { "it is the row of image \(imageID), whose key is another" }
}
