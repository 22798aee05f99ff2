import AWSServices
import Threads

/// An object of an `S3Store` being written: in one piece once it is finished if it is small, in parts as they fill if
/// not.
///
/// Either way the bytes travel in the background.
final class S3Writer: ObjectWriter {
  private let store: S3Store
  private let location: ObjectLocation
  private let attributes: ObjectAttributes
  private let condition: WriteCondition
  /// What no part has taken yet; of a small object all bytes, to the end.
  private var pending: [UInt8] = []
  private var upload: PartUpload?
  /// What makes the object of its bytes, and gives its ETag.
  private var completion: Task<String, any Error>?

  init(store: S3Store, location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition) {
    self.store = store
    self.location = location
    self.attributes = attributes
    self.condition = condition
  }

  deinit {
    completion?.cancel()
    upload?.abandon(after: completion)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard completion == nil else { throw ObjectStoreError.alreadyFinished(location) }
    var rest = bytes[...]
    let partSize = store.settings.bytesInPart
    while !rest.isEmpty {
      // A full part leaves only when more comes: the last one is left for the end.
      if pending.count == partSize { try sendPending() }
      let count = min(rest.count, partSize - pending.count)
      pending.append(contentsOf: rest.prefix(count))
      rest = rest.dropFirst(count)
    }
  }

  func finish() throws { _ = try completed() }

  func commit() throws -> String {
    let completion = try completed()
    do {
      let eTag = try runBlocking { try await completion.value }
      upload = nil
      return eTag
    } catch {
      if let eTag = try ownWrite(after: error) {
        // Completed: there is nothing left to abort.
        upload = nil
        return eTag
      }
      throw ObjectStoreError.of(error, location, condition: condition)
    }
  }

  private func completed() throws -> Task<String, any Error> {
    if let completion { return completion }
    if upload != nil { try sendPending() }
    let completion = upload?.complete(condition: condition.s3) ?? putWhole()
    self.completion = completion
    return completion
  }

  private func putWhole() -> Task<String, any Error> {
    // Not detached: what is sent belongs to the invocation that wrote it, as its trace says.
    Task { [store, pending, location, attributes, condition] in
      try await store.semaphore.withPermit {
        try await store.s3.putObject(
          bucket: location.bucket, key: location.key, body: pending, attributes: attributes.s3,
          condition: condition.s3)
      }
    }
  }

  private func sendPending() throws {
    let part = pending
    pending = []
    do {
      let upload = try self.upload ?? begin()
      self.upload = upload
      try upload.add(part)
    } catch { throw ObjectStoreError.of(error, location) }
  }

  private func begin() throws -> PartUpload {
    let begun = try runBlocking { [store, location, attributes] in
      try await store.s3.createMultipartUpload(bucket: location.bucket, key: location.key, attributes: attributes.s3)
    }
    return PartUpload(
      s3: store.s3, upload: begun, atOnce: store.settings.partsAtOnce, semaphore: store.semaphore)
  }

  /// A response that got lost leaves it open whether the write took effect, and the next attempt is then refused
  /// because of the first.
  ///
  /// So after more than one attempt the object itself is asked whether it is what was written.
  /// - Returns: Its ETag if so.
  private func ownWrite(after error: any Error) throws -> String? {
    guard case .service(_, let failure)? = error as? AWSError, failure.attempts > 1,
      ["PreconditionFailed", "NoSuchUpload", "NoSuchKey"].contains(failure.code)
    else { return nil }
    let standing: S3Reader
    do {
      standing = try S3Reader(s3: store.s3, location: location, resumptions: store.settings.resumptions)
    } catch ObjectStoreError.notFound { return nil }
    let pieces = try upload?.pieces() ?? [.init(count: pending.count, checksum: PayloadDigest(pending).base64)]
    return try ContentPiece.match(pieces, standing) ? standing.info.eTag : nil
  }
}
