public import FoundationEssentials
public import ImageProcessing

/// What became of an image, as far as the index knows.
public enum ImageState: String, Sendable, CaseIterable {
  /// It is stored; its row has not come yet.
  case waiting
  /// Its renditions are there.
  case processed
  /// It is at fault, as its row says.
  case rejected
  /// The raw object was gone, or due to be purged.
  case expired
  /// A person has deleted it: a tombstone.
  case deleted
}

/// An upload that is known before its row has come.
public struct ExpectedUpload: Sendable, Equatable {
  /// Names the raw object, as in rows.
  public var imageID: String
  /// The raw bucket.
  public var bucket: String
  /// The raw key.
  public var key: String
  /// As people know the file.
  public var name: String
  /// In bytes.
  public var size: Int64
  /// When it was stored.
  public var uploadedAt: Date

  /// - Parameter size: In bytes.
  public init(imageID: String, bucket: String, key: String, name: String, size: Int64, uploadedAt: Date) {
    self.imageID = imageID
    self.bucket = bucket
    self.key = key
    self.name = name
    self.size = size
    self.uploadedAt = uploadedAt
  }
}

/// An image that the index knows: by its row, or as an upload whose row is still to come.
public struct IndexedImage: Sendable, Equatable {
  /// Names the raw object, as in rows.
  public var id: String
  /// The raw bucket.
  public var bucket: String
  /// The raw key; nil in a tombstone.
  public var key: String?
  /// As people know the file; empty in a tombstone.
  public var name: String
  /// `web`, `kafka` or `other`.
  public var source: String
  /// Length of the raw object in bytes.
  public var size: Int64?
  /// When it was uploaded; of a tombstone, when it was deleted.
  public var uploadedAt: Date
  /// From when on the index no longer tells of it.
  public var purgeAfter: Date
  /// What became of it.
  public var state: ImageState
  /// Nil while the row is still to come.
  public var record: MetadataRecord?
}

/// Something that happened to an image.
public struct Change: Sendable, Equatable {
  /// Grows with every change, over restarts and rebuilds too.
  public var sequence: Int64
  /// The image as it is now.
  public var image: IndexedImage
}
