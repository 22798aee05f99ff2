import Crypto
import FoundationEssentials
import Glibc

/// Objects as plain files: every bucket is a folder under the root, every key a path inside it.
///
/// For laptops and tests. Files may be dropped into a bucket's folder by hand. Writes are atomic (temporary file,
/// fsync, rename) and safe between processes. What a file cannot hold, its attributes, is kept under `.darkroom/` in
/// the root, together with locks, unfinished writes and the objects whose keys are not paths (``DirectoryLayout``):
/// every key that S3 holds is held here too, under a file of its own, and none outside its bucket. A bucket's folder
/// may be a symbolic link; links, pipes and devices in it are not objects.
public struct DirectoryStore: ObjectStore {
  /// The folder that holds the buckets.
  public let root: String

  /// Opens the store, making its folder if there is none.
  /// - Parameter root: A path, absolute or from the working directory.
  @available(*, noasync, message: "blocks the calling thread")
  public init(root: String) throws {
    self.root = root
    try FileSystem.makeFolders(layout.unfinished)
    try FileSystem.makeFolders(layout.locks)
  }

  var layout: DirectoryLayout { DirectoryLayout(root: root) }

  /// Opens an object for reading from its first byte, as the protocol says.
  @available(*, noasync, message: "blocks the calling thread")
  public func open(_ location: ObjectLocation) throws -> any ObjectReader {
    guard let file = try file(of: location) else { throw ObjectStoreError.notFound(location) }
    let (eTag, size) = try file.digest()
    return DirectoryReader(
      file: file,
      info: ObjectInfo(
        location: location, size: size, eTag: eTag, lastModified: try file.lastModified(),
        attributes: try attributes(of: location, eTag: eTag)))
  }

  /// Reads whole objects, without the digests that their ETags would take.
  @available(*, noasync, message: "blocks the calling thread")
  public func get(
    _ locations: [ObjectLocation], limit: Int, _ body: (Int, Result<[UInt8], any Error>) throws -> Void
  ) throws {
    var held: HeldFolder?
    for (place, location) in locations.enumerated() {
      let bytes = Result {
        guard let file = try file(of: location, near: &held) else { throw ObjectStoreError.notFound(location) }
        guard let bytes = try file.readAll(limit: limit) else {
          throw ObjectStoreError.tooLarge(location, limit: limit)
        }
        return bytes
      }
      try body(place, bytes)
    }
  }

  /// Starts writing an object, which nobody sees before it is finished.
  @available(*, noasync, message: "blocks the calling thread")
  public func write(
    to location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition
  ) throws -> any ObjectWriter {
    _ = try layout.places(of: location)
    return try DirectoryWriter(store: self, location: location, attributes: attributes, condition: condition)
  }

  /// Removes an object; one that is not there is not an error.
  ///
  /// The lock makes the look at the ETag and the removal one step.
  @available(*, noasync, message: "blocks the calling thread")
  public func remove(_ location: ObjectLocation, ifMatches eTag: String?) throws {
    let places = try layout.places(of: location) + [try layout.attributesPlace(of: location)]
    try FileLock.holding(layout.lockPath(bucket: location.bucket)) {
      if let eTag, let file = try file(of: location), try file.digest().md5 != eTag {
        throw ObjectStoreError.conditionFailed(location, .ifMatches(eTag: eTag))
      }
      for place in places { try place.folder(makes: false)?.remove(place.name) }
    }
  }

  /// Lists a bucket's objects in the order of their keys' bytes.
  @available(*, noasync, message: "blocks the calling thread")
  public func list(bucket: String, prefix: String, after: String) throws -> any ObjectLister {
    try layout.check(bucket: bucket)
    return try DirectoryLister(layout: layout, bucket: bucket, prefix: prefix, after: after)
  }

  /// None: bytes go straight between the caller and the system.
  public var readerMemory: Int { 0 }
  /// Zero: bytes go to the file as they come.
  public func writerMemory(ofObjectWith size: Int) -> Int { 0 }

  /// The object's file, open for reading; nil when there is no such object.
  func file(of location: ObjectLocation) throws -> FileDescriptor? {
    var held: HeldFolder?
    return try file(of: location, near: &held)
  }

  /// The object's file, looked for first in the folder of the object that was asked for before it.
  private func file(of location: ObjectLocation, near held: inout HeldFolder?) throws -> FileDescriptor? {
    try layout.plainPlace(of: location)?.open(near: &held) ?? layout.spelledPlace(of: location).open()
  }

  /// The attributes that were written with this very content; for a file that was put there by hand, its media type by
  /// its name.
  private func attributes(of location: ObjectLocation, eTag: String) throws -> ObjectAttributes {
    if let bytes = try? layout.attributesPlace(of: location).open()?.readAll(limit: 64 << 10),
      let kept = try? JSONDecoder().decode(KeptAttributes.self, from: Data(bytes)), kept.eTag == eTag
    {
      return kept.attributes
    }
    return ObjectAttributes(contentType: mediaType(ofName: location.key))
  }

  private func mediaType(ofName name: String) -> String {
    switch name.split(separator: ".").last.map({ $0.lowercased() }) {
    case "jpg", "jpeg": "image/jpeg"
    case "png": "image/png"
    case "json": "application/json"
    default: "application/octet-stream"
    }
  }
}

/// An object's attributes as they lie on disk, with the ETag of the content that they belong to: a file that was
/// replaced by hand, or a write that was cut short between the two, is told by it.
struct KeptAttributes: Codable {
  var eTag: String
  var attributes: ObjectAttributes
}
