import AWSServices

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

  /// - Throws: `ObjectStoreError.invalidKey` for a key that no store holds: an empty one, or one over 1,024 bytes.
  func checkKey() throws {
    let count = key.utf8.count
    guard (1...S3Client.maximumKeyLength).contains(count) else {
      throw ObjectStoreError.invalidKey(self, why: "has \(count) bytes, not 1 to 1,024")
    }
  }
}
