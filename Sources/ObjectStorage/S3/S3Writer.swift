import AWSClient

/// An object of an `S3Store` being written: in one piece at the commit if it is small, in parts as they fill if not.
final class S3Writer: ObjectWriter {
  private let s3: S3Client
  private let settings: S3Store.Settings
  private let location: ObjectLocation
  private let attributes: ObjectAttributes
  private let condition: WriteCondition
  private var pending: [UInt8] = []
  private var upload: PartUpload?

  init(
    s3: S3Client, settings: S3Store.Settings, location: ObjectLocation, attributes: ObjectAttributes,
    condition: WriteCondition
  ) {
    self.s3 = s3
    self.settings = settings
    self.location = location
    self.attributes = attributes
    self.condition = condition
  }

  deinit { upload?.abandon() }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    let partSize = max(settings.partSize, S3Client.smallestPart)
    while !rest.isEmpty {
      // A full part leaves only when more comes: the last one is left for the commit.
      if pending.count == partSize { try sendPending() }
      let count = min(rest.count, partSize - pending.count)
      pending.append(contentsOf: rest.prefix(count))
      rest = rest.dropFirst(count)
    }
  }

  func commit() throws -> String {
    do {
      guard let upload else { return try putWhole() }
      try sendPending()
      let eTag = try upload.complete(condition: condition.s3)
      self.upload = nil
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

  private func putWhole() throws -> String {
    let body = pending
    return try blocking { [s3, location, attributes, condition] in
      try await s3.putObject(
        bucket: location.bucket, key: location.key, body: body, attributes: attributes.s3, condition: condition.s3)
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
    let begun = try blocking { [s3, location, attributes] in
      try await s3.createMultipartUpload(bucket: location.bucket, key: location.key, attributes: attributes.s3)
    }
    return PartUpload(s3: s3, upload: begun, atOnce: settings.partsAtOnce)
  }

  /// An answer that got lost leaves it open whether the write took effect, and the next attempt is then refused because
  /// of the first. So after more than one attempt the object itself is asked whether it is what was written.
  /// - Returns: Its ETag if so.
  private func ownWrite(after error: any Error) throws -> String? {
    guard case .service(_, let failure)? = error as? AWSError, failure.attempts > 1,
      ["PreconditionFailed", "NoSuchUpload", "NoSuchKey"].contains(failure.code)
    else { return nil }
    let standing: S3Reader
    do {
      standing = try S3Reader(s3: s3, location: location, resumptions: settings.resumptions)
    } catch ObjectStoreError.notFound { return nil }
    let pieces = upload?.pieces ?? [.init(count: pending.count, checksum: PayloadDigest(pending).base64)]
    return try ContentPiece.match(pieces, standing) ? standing.info.eTag : nil
  }
}
