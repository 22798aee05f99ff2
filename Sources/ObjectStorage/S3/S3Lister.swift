import AWSServices
import Threads

/// The objects of a bucket in S3, a page of up to 1,000 at a time.
final class S3Lister: ObjectLister {
  private let s3: S3Client
  private let bucket: String
  private let prefix: String
  private let after: String
  /// What is left of the page, the next one last.
  private var objects: [S3Listing.Entry] = []
  private var page: String?
  private var isComplete = false

  init(s3: S3Client, bucket: String, prefix: String, after: String) {
    self.s3 = s3
    self.bucket = bucket
    self.prefix = prefix
    self.after = after
  }

  /// None: in S3 everything is an object.
  var leftOut: Int { 0 }

  func next() throws -> ListedObject? {
    while objects.isEmpty, !isComplete { try readPage() }
    guard let entry = objects.popLast() else { return nil }
    return ListedObject(
      location: ObjectLocation(bucket: bucket, key: entry.key), size: entry.size, eTag: entry.eTag,
      lastModified: entry.lastModified)
  }

  private func readPage() throws {
    do {
      let listing = try runBlocking { [s3, bucket, prefix, after, page] in
        try await s3.listObjects(
          bucket: bucket, prefix: prefix, startAfter: after.isEmpty ? nil : after, page: page)
      }
      objects = listing.objects.reversed()
      page = listing.next
      isComplete = listing.next == nil
    } catch let error as AWSError { throw ObjectStoreError.remote(error) }
  }
}
