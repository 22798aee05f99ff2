import AWSClient

/// An object of an `S3Store` on its way here. A download that breaks off is taken up where it ended, as long as the
/// object is still the same.
final class S3Reader: ObjectReader {
  let info: ObjectInfo
  private let s3: S3Client
  private let resumptions: Int
  private var body: S3Body
  private var position: Int64 = 0
  /// How often in a row the download has been taken up without a byte coming.
  private var fruitless = 0

  init(s3: S3Client, location: ObjectLocation, resumptions: Int) throws {
    let opened: (info: S3ObjectInfo, body: S3Body)
    do {
      opened = try blocking { try await s3.getObject(bucket: location.bucket, key: location.key) }
    } catch { throw ObjectStoreError.of(error, location) }
    self.s3 = s3
    self.resumptions = resumptions
    body = opened.body
    info = ObjectInfo(
      location: location, size: opened.info.size, eTag: opened.info.eTag, lastModified: opened.info.lastModified,
      attributes: ObjectAttributes(
        contentType: opened.info.contentType, cacheControl: opened.info.cacheControl,
        userMetadata: opened.info.userMetadata))
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    if buffer.isEmpty { return 0 }
    while true {
      do {
        let count = try body.read(into: buffer)
        position += Int64(count)
        if count > 0 {
          fruitless = 0
          return count
        }
        if position == info.size { return 0 }
        try resume(after: "the download ended at byte \(position) of \(info.size)")
      } catch let error as AWSError where error.isRetryable && position < info.size {
        try resume(after: error.description, error)
      } catch let error as AWSError {
        throw ObjectStoreError.remote(error)
      }
    }
  }

  private func resume(after reason: String, _ error: AWSError? = nil) throws {
    let location = info.location
    guard fruitless < resumptions else {
      throw ObjectStoreError.remote(
        error
          ?? .network(
            AWSCall(service: "S3", operation: "GetObject", resource: location.description), reason: reason,
            isRetryable: true))
    }
    let retry = fruitless
    fruitless += 1
    do {
      body = try blocking { [s3, info, position] in
        try await s3.pauseBefore(retry: retry)
        return try await s3.getObject(
          bucket: location.bucket, key: location.key, range: position..., ifMatch: info.eTag
        ).body
      }
    } catch { throw ObjectStoreError.of(error, location, condition: .ifMatches(eTag: info.eTag)) }
  }
}
