/// Where an object is: its bucket and its key (decoded, as S3 stores it).
public struct ObjectLocation: Sendable, Hashable, CustomStringConvertible {
  public var bucket: String
  public var key: String

  public init(bucket: String, key: String) {
    self.bucket = bucket
    self.key = key
  }

  /// `bucket/key`, for people.
  public var description: String { "\(bucket)/\(key)" }
}
