public import AWSServices

/// Why a store could not do what was asked.
public enum ObjectStoreError: Error, Equatable, CustomStringConvertible {
  /// There is no such object. In a directory a bucket that nobody has written to is none either; in S3 a bucket that is
  /// not there is `remote` with `NoSuchBucket`, because the settings are wrong then.
  case notFound(ObjectLocation)
  /// A directory store has no folder of the bucket to list.
  case missingBucket(path: String)
  /// The condition of a write or of a removal did not hold: somebody else wrote first.
  case conditionFailed(ObjectLocation, WriteCondition)
  /// The bucket's name breaks S3's rules.
  case invalidBucket(String, why: String)
  /// This store cannot hold an object under that key.
  case invalidKey(ObjectLocation, why: String)
  /// Bytes came for an object that had been finished: a fault of the caller's.
  case alreadyFinished(ObjectLocation)
  /// The object is larger than its reader allows, in bytes.
  case tooLarge(ObjectLocation, limit: Int)
  /// The system refused: what was being done, to what, and its own words.
  case system(action: String, path: String, reason: String)
  /// The service behind the store refused or could not be reached.
  case remote(AWSError)

  /// What went wrong and at which object, for people.
  public var description: String {
    switch self {
    case .notFound(let location): "no object at \(location)"
    case .missingBucket(let path): "cannot list the bucket \(path): there is no such folder"
    case .conditionFailed(let location, .always): "\(location) was not written"
    case .conditionFailed(let location, .ifAbsent): "\(location) is there already"
    case .conditionFailed(let location, .ifMatches(let eTag)):
      "\(location) has changed since it was read (its ETag is no longer \(eTag))"
    case .invalidBucket(let name, let why): "bucket name \"\(name)\" \(why)"
    case .invalidKey(let location, let why): "key \"\(location.key)\" \(why)"
    case .alreadyFinished(let location): "\(location) takes no more bytes: it has been finished"
    case .tooLarge(let location, let limit): "\(location) is over the \(limit) bytes that may be read of it"
    case .system(let action, let path, let reason): "cannot \(action) \(path): \(reason)"
    case .remote(let error): error.description
    }
  }
}
