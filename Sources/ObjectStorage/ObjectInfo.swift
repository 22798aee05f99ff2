public import FoundationEssentials

/// What a store knows of an object besides its bytes.
public struct ObjectInfo: Sendable, Equatable {
  /// Where it is.
  public var location: ObjectLocation
  /// Length in bytes.
  public var size: Int64
  /// Names this very content, without quotes.
  ///
  /// For an object written in one piece it is the MD5 of the bytes, in hex.
  public var eTag: String
  /// When it was written, to the second in S3.
  public var lastModified: Date
  /// What is kept beside its bytes.
  public var attributes: ObjectAttributes

  /// What a store knows of an object.
  public init(
    location: ObjectLocation, size: Int64, eTag: String, lastModified: Date, attributes: ObjectAttributes
  ) {
    self.location = location
    self.size = size
    self.eTag = eTag
    self.lastModified = lastModified
    self.attributes = attributes
  }
}

/// What is kept beside an object's bytes.
public struct ObjectAttributes: Sendable, Equatable, Codable {
  /// The media type, such as `image/jpeg`.
  public var contentType: String
  /// The `Cache-Control` header that readers are given.
  public var cacheControl: String?
  /// Names and values of the writer's own (`x-amz-meta-…` in S3).
  ///
  /// Names are lower case.
  public var userMetadata: [String: String]
  /// For the bucket's rules: S3's object tags, up to ten.
  ///
  /// S3 does not give them to whoever reads the object.
  public var tags: [String: String]

  /// What is kept beside an object's bytes.
  public init(
    contentType: String, cacheControl: String? = nil, userMetadata: [String: String] = [:], tags: [String: String] = [:]
  ) {
    self.contentType = contentType
    self.cacheControl = cacheControl
    self.userMetadata = userMetadata
    self.tags = tags
  }
}

/// What must hold at the moment of a commit.
public enum WriteCondition: Sendable, Equatable {
  case always
  /// There is no object under the key (`If-None-Match: *`).
  case ifAbsent
  /// The object under the key has this ETag (`If-Match`).
  case ifMatches(eTag: String)
}
