public import AWSServices
import Threads

/// Objects in Amazon S3, or in what speaks its protocol.
///
/// Its calls block while requests run on the client's own thread: downloads run ahead of their reader, and uploads
/// behind their writer.
public struct S3Store: ObjectStore {
  let s3: S3Client
  let settings: Settings
  /// What every body on its way to S3 passes.
  let semaphore: AsyncSemaphore

  /// How much is held in memory for an object on its way.
  public struct Settings: Sendable {
    /// Bytes of a part: an object of fewer is written in one piece.
    ///
    /// At least 5 MiB, S3's own limit.
    public var partSize = 8 << 20
    /// Parts of one object that may be on their way at once, beside the one that is being filled.
    public var partsAtOnce = 2
    /// Bodies, of parts and of whole objects, that may be on their way at once in all.
    public var bodiesAtOnce = 16
    /// How often in a row a broken download is taken up again without progress: 64 KiB or the rest.
    public var resumptions = 3

    /// The settings as they are where nothing else is said.
    public init() {}

    var bytesInPart: Int { max(partSize, S3Client.minimumPartSize) }
  }

  /// - Parameter settings: How much is held in memory for objects on their way.
  public init(s3: S3Client, settings: Settings = Settings()) {
    self.s3 = s3
    self.settings = settings
    semaphore = AsyncSemaphore(permits: settings.bodiesAtOnce)
  }

  /// What has come of a download before it is asked for.
  public var readerMemory: Int { s3.downloadBufferBytes }

  /// The part that is being filled, which grows by doubling, and those on their way; of a small object all of it.
  public func writerMemory(ofObjectWith size: Int) -> Int {
    let part = settings.bytesInPart
    return size <= part ? 2 * size : min(2 * part + size, (2 + max(1, settings.partsAtOnce)) * part)
  }

  /// Opens an object for reading from its first byte, as the protocol says.
  @available(*, noasync, message: "blocks the calling thread")
  public func open(_ location: ObjectLocation) throws -> any ObjectReader {
    try location.checkKey()
    return try S3Reader(s3: s3, location: location, resumptions: settings.resumptions)
  }

  /// Removes an object; one that is not there is as good.
  @available(*, noasync, message: "blocks the calling thread")
  public func remove(_ location: ObjectLocation, ifMatches eTag: String?) throws {
    try location.checkKey()
    do {
      try runBlocking { [s3] in
        try await s3.deleteObject(bucket: location.bucket, key: location.key, ifMatches: eTag)
      }
    } catch let error as AWSError where error.code == "NoSuchKey" {
      // One that is not there is as good, on a condition too.
    } catch let error as AWSError where error.code == "NotImplemented" && eTag != nil {
      try remove(location, ifMatches: nil)
    } catch {
      let condition = eTag.map { WriteCondition.ifMatches(eTag: $0) } ?? .always
      let failure = ObjectStoreError.of(error, location, condition: condition)
      // Servers also say so of an object that is gone (SeaweedFS does), so whether one is there is asked.
      if case ObjectStoreError.conditionFailed = failure {
        do { _ = try open(location) } catch ObjectStoreError.notFound { return }
      }
      throw failure
    }
  }

  /// Lists a bucket's objects in the order of their keys' bytes.
  @available(*, noasync, message: "blocks the calling thread")
  public func list(bucket: String, prefix: String, after: String) throws -> any ObjectLister {
    S3Lister(s3: s3, bucket: bucket, prefix: prefix, after: after)
  }

  /// Starts writing an object, which nobody sees before it is finished.
  @available(*, noasync, message: "blocks the calling thread")
  public func write(
    to location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition
  ) throws -> any ObjectWriter {
    try location.checkKey()
    return S3Writer(store: self, location: location, attributes: attributes, condition: condition)
  }
}

extension ObjectStoreError {
  /// What an error of S3's means for whoever asked the store.
  static func of(_ error: any Error, _ location: ObjectLocation, condition: WriteCondition = .always) -> any Error {
    guard let error = error as? AWSError else { return error }
    // Such as of a bucket that no bucket can be named like: another try would end the same.
    if case .invalidRequest(_, let reason) = error { return ObjectStoreError.invalidKey(location, why: reason) }
    switch error.code {
    // Only S3's own word for it: a 404 from whatever stands in between says nothing of the object, and a bucket that is
    // not there is a fault of the settings.
    case "NoSuchKey":
      // A write that demands an ETag finds no object: its condition does not hold.
      return condition == .always ? ObjectStoreError.notFound(location) : .conditionFailed(location, condition)
    case "PreconditionFailed": return ObjectStoreError.conditionFailed(location, condition)
    case "ConditionalRequestConflict" where condition != .always, "NoSuchUpload" where condition != .always:
      // Somebody wrote at the same moment; an upload in parts does not survive that.
      return ObjectStoreError.conditionFailed(location, condition)
    default: return ObjectStoreError.remote(error)
    }
  }
}

extension WriteCondition {
  var s3: S3Condition {
    switch self {
    case .always: .none
    case .ifAbsent: .ifAbsent
    case .ifMatches(let eTag): .ifMatches(eTag: eTag)
    }
  }
}

extension ObjectAttributes {
  var s3: S3ObjectAttributes {
    S3ObjectAttributes(contentType: contentType, cacheControl: cacheControl, userMetadata: userMetadata, tags: tags)
  }
}
