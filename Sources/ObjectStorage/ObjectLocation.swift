/// Where an object is: its bucket and its key (decoded, as S3 stores it).
public struct ObjectLocation: Sendable, Hashable, CustomStringConvertible {
  /// The bucket's name.
  public var bucket: String
  /// Decoded, as S3 stores it.
  public var key: String

  /// A place that need not hold an object.
  public init(bucket: String, key: String) {
    self.bucket = bucket
    self.key = key
  }

  /// `bucket/key`, for people.
  public var description: String { "\(bucket)/\(key)" }
}
