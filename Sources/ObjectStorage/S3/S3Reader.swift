import AWSServices
import Threads

/// An object of an `S3Store` on its way here.
///
/// A download that breaks off is taken up where it ended, as long as the object is still the same. Where S3 knows a
/// checksum of the whole, the last bytes are handed out only if it is right.
final class S3Reader: ObjectReader {
  let info: ObjectInfo
  private let s3: S3Client
  private let resumptions: Int
  private var body: S3Body
  private var position: Int64 = 0
  private let expected: S3Checksum?
  private var computation: S3ChecksumComputation?
  /// How often in a row the download has been taken up without progress.
  private var fruitless = 0
  /// Bytes since it was last taken up.
  private var gained = 0

  /// What counts as progress, in bytes: a server that lets its responses drip would otherwise be asked for ever.
  private static let leastProgress = 64 << 10

  init(s3: S3Client, location: ObjectLocation, resumptions: Int) throws {
    let opened: (info: S3ObjectInfo, body: S3Body)
    do {
      opened = try runBlocking { try await s3.getObject(bucket: location.bucket, key: location.key) }
    } catch { throw ObjectStoreError.of(error, location) }
    self.s3 = s3
    self.resumptions = resumptions
    body = opened.body
    expected = opened.info.checksum
    computation = expected.map { S3ChecksumComputation($0.algorithm) }
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
          gained += count
          if gained >= Self.leastProgress { fruitless = 0 }
          computation?.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
          if position == info.size { try verify() }
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

  private func verify() throws {
    guard let expected, let actual = computation?.checksum, actual != expected else { return }
    throw AWSError.corrupted(
      AWSCall(service: "S3", operation: "GetObject", resource: info.location.description),
      algorithm: expected.algorithm.rawValue, expected: expected.value, actual: actual.value)
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
    gained = 0
    do {
      let rest = try runBlocking { [s3, info, position] in
        try await s3.pauseBefore(retry: retry)
        return try await s3.getObject(
          bucket: location.bucket, key: location.key, range: position..., ifMatch: info.eTag)
      }
      // A server that overlooks the ETag would have its objects mixed.
      guard rest.info.size == info.size else {
        throw AWSError.invalidResponse(
          AWSCall(service: "S3", operation: "GetObject", resource: location.description),
          reason: "the object had \(info.size) bytes, and now has \(rest.info.size)")
      }
      body = rest.body
    } catch { throw ObjectStoreError.of(error, location, condition: .ifMatches(eTag: info.eTag)) }
  }
}
