public import FoundationEssentials

/// What a listing says of an object.
public struct ListedObject: Sendable, Equatable {
  /// Where it is.
  public var location: ObjectLocation
  /// Length in bytes.
  public var size: Int64
  /// Without quotes; nil where the store would have to read the object to know it: a directory.
  public var eTag: String?
  /// When it was written, to the second in S3.
  ///
  /// Of an object written in parts this is when the upload began.
  public var lastModified: Date

  /// What a listing says of an object.
  public init(location: ObjectLocation, size: Int64, eTag: String?, lastModified: Date) {
    self.location = location
    self.size = size
    self.eTag = eTag
    self.lastModified = lastModified
  }
}

/// A bucket's objects, one after the other.
///
/// Used by one thread at a time, which waits for each page. Holds a page of them, or the names of the folders on the
/// way, however many objects there are.
public protocol ObjectLister: AnyObject {
  /// The next object, in the order of the keys' UTF-8 bytes; nil after the last one.
  @available(*, noasync, message: "blocks the calling thread")
  func next() throws -> ListedObject?

  /// How many things have been passed over so far that cannot be objects: in a directory, symbolic links, pipes,
  /// devices and names that are not UTF-8.
  var leftOut: Int { get }
}
