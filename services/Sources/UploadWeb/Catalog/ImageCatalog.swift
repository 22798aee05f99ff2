internal import FoundationEssentials
internal import ImageProcessing
internal import JobQueue
internal import ObjectStorage
internal import RowIndex
internal import Threads

/// What the application knows of images and does with them: the index, the queue of jobs, the store.
struct ImageCatalog: Sendable {
  let index: RowIndex
  /// Jobs in this process; nil where they are done elsewhere.
  let jobs: JobQueue?
  let store: any ObjectStore
  let rawBucket: String
  let processedBucket: String

  /// Takes an upload that stands in the store; when this returns, a kill loses neither it nor its job.
  func take(_ upload: ExpectedUpload, eTag: String) async throws {
    // The queue first: a job without an entry in the index makes one with its row.
    try await jobs?.enqueue(
      RawObject(key: upload.key, name: upload.name, size: upload.size, eTag: eTag, storedAt: upload.uploadedAt))
    try await index.expect(upload)
  }

  func image(_ id: String) async throws -> ShownImage? {
    guard let image = try await index.image(id) else { return nil }
    return try await shown([image]).first
  }

  /// Images with how far their jobs are.
  func shown(_ images: [IndexedImage]) async throws -> [ShownImage] {
    let waiting = images.filter { $0.state == .waiting }.map(\.id)
    let states = waiting.isEmpty ? [:] : try await jobs?.states(of: waiting) ?? [:]
    return images.map { ShownImage($0, job: states[$0.id]) }
  }

  /// Deletes an image now: its raw object, its renditions, its job; a tombstone stays until the purge.
  func delete(_ image: IndexedImage) async throws {
    guard let key = image.key else { return }
    try await jobs?.remove(imageID: image.id)
    try await delete(raw: ObjectLocation(bucket: image.bucket, key: key))
  }

  /// Deletes a raw object and whatever was made of it.
  func delete(raw: ObjectLocation) async throws {
    let (store, bucket) = (store, processedBucket)
    let row = try await withDedicatedThread {
      _ = try ImageDeletion(store: store, processedBucket: bucket).delete(raw)
      return try ImageRows.find(of: raw, in: store, processedBucket: bucket).first?.record
    }
    if let row { _ = try await index.ingest(row) }
  }

  /// Looks for what came into the store while nobody watched: raw objects without a row.
  func catchUp() async throws -> Int {
    try await jobs?.enqueueMissing(prefix: "web/") { [index] ids in
      // What waits in the index may have lost its job; the queue takes an object once, however often it is told.
      Set(try await index.images(ids: ids).filter { $0.state != .waiting }.map(\.id))
    } ?? 0
  }
}
