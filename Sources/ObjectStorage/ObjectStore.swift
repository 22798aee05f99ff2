// Why: docs/decisions/0004-threads-and-a-blocking-store.md
//
// `noasync` on a requirement holds for calls through `any ObjectStore` and through a generic parameter. A call of a
// concrete type is judged by that type's own declaration, so public stores repeat it; and inside a closure or function
// that is not `async` the compiler takes every call, wherever that runs.

/// A place where objects live in buckets under keys: S3, or a directory that stands in for it.
///
/// Every call blocks until it is done, so that decoders can pull bytes and encoders can push them without a detour:
/// call it from a thread of your own, never from Swift concurrency's pool; the compiler refuses it in `async` code.
public protocol ObjectStore: Sendable {
  /// Opens an object for reading from its first byte.
  /// - Throws: `ObjectStoreError.notFound` when there is no such object; other `ObjectStoreError`s as they come.
  @available(*, noasync, message: "blocks the calling thread")
  func open(_ location: ObjectLocation) throws -> any ObjectReader

  /// Reads whole objects, one after the other, and nothing else that the store knows of them: a directory need not
  /// compute an ETag then.
  /// - Parameters:
  ///   - locations: Objects in the same folder are read quickest side by side.
  ///   - limit: Bytes that an object may have.
  ///   - body: Gets the place in `locations` with the bytes, or with why there are none: `ObjectStoreError.notFound`,
  ///     `.tooLarge`, others as they come.
  /// - Throws: What `body` throws, which ends the reading.
  @available(*, noasync, message: "blocks the calling thread")
  func get(
    _ locations: [ObjectLocation], limit: Int, _ body: (Int, Result<[UInt8], any Error>) throws -> Void
  ) throws

  /// Starts writing an object. Nothing can be seen under its key before ``ObjectWriter/finish()``.
  /// - Parameters:
  ///   - attributes: What is kept beside the bytes.
  ///   - condition: What must hold for the commit to take effect.
  @available(*, noasync, message: "blocks the calling thread")
  func write(
    to location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition
  ) throws -> any ObjectWriter

  /// Removes an object; one that is not there is as good.
  /// - Parameter eTag: That of the object to be removed; nil for whichever is there. An S3 server that does not know
  ///   conditions on DELETE (S3 itself does since 2025) removes what it has.
  /// - Throws: `ObjectStoreError.conditionFailed` when another object is there (nothing is changed).
  @available(*, noasync, message: "blocks the calling thread")
  func remove(_ location: ObjectLocation, ifMatches eTag: String?) throws

  /// Goes through the objects of a bucket in the order of their keys' UTF-8 bytes, as S3 lists them.
  /// - Parameters:
  ///   - prefix: Only keys that begin with this; empty for all.
  ///   - after: Only keys after this one, whether there is such an object or not; empty for all.
  /// - Throws: `ObjectStoreError`, here or from the lister, such as for a bucket that is not there.
  @available(*, noasync, message: "blocks the calling thread")
  func list(bucket: String, prefix: String, after: String) throws -> any ObjectLister

  /// Bytes that an open reader may hold, beside what its caller has taken.
  var readerMemory: Int { get }

  /// Bytes that a writer may hold of an object of `size` bytes, until its commit.
  func writerMemory(ofObjectWith size: Int) -> Int
}

/// An object open for reading.
///
/// Used by one thread at a time, never one of Swift concurrency's pool: a read blocks it until there are bytes.
public protocol ObjectReader: AnyObject {
  /// What the store knows of the object that is being read.
  var info: ObjectInfo { get }

  /// Reads the next bytes, waiting for them if need be.
  /// - Returns: How many bytes were read: at least 1, or 0 at the end of the object.
  @available(*, noasync, message: "blocks the calling thread")
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// An object being written.
///
/// Used by one thread at a time, never one of Swift concurrency's pool: every call may block it. A writer that is
/// dropped unfinished leaves nothing behind.
public protocol ObjectWriter: AnyObject {
  /// Appends bytes to the object.
  @available(*, noasync, message: "blocks the calling thread")
  func write(_ bytes: UnsafeRawBufferPointer) throws

  /// Says that there are no more bytes, and returns at once: what has to travel does so while the caller goes on.
  /// From here on the object may be seen under its key, whole. To drop the writer calls that off where it still can.
  @available(*, noasync, message: "blocks the calling thread")
  func finish() throws

  /// Finishes, and waits until the object is visible under its key, whole, and durable.
  /// - Returns: Its ETag, without quotes.
  /// - Throws: `ObjectStoreError.conditionFailed` when the write's condition does not hold (nothing is changed).
  @available(*, noasync, message: "blocks the calling thread")
  func commit() throws -> String
}

extension ObjectStore {
  /// Opens one object after the other, and reads it to its end.
  @available(*, noasync, message: "blocks the calling thread")
  public func get(
    _ locations: [ObjectLocation], limit: Int, _ body: (Int, Result<[UInt8], any Error>) throws -> Void
  ) throws {
    for (place, location) in locations.enumerated() {
      try body(place, Result { try open(location).readAll(limit: limit) })
    }
  }

  /// Reads a whole object and nothing else that the store knows of it.
  @available(*, noasync, message: "blocks the calling thread")
  public func get(_ location: ObjectLocation, limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try get([location], limit: limit) { bytes = try $1.get() }
    return bytes
  }

  /// Removes whatever object is there; none is as good.
  @available(*, noasync, message: "blocks the calling thread")
  public func remove(_ location: ObjectLocation) throws { try remove(location, ifMatches: nil) }

  /// Writes a whole object at once.
  /// - Returns: Its ETag, without quotes.
  @discardableResult
  @available(*, noasync, message: "blocks the calling thread")
  public func put(
    _ bytes: [UInt8], to location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition = .always
  ) throws -> String {
    let writer = try write(to: location, attributes: attributes, condition: condition)
    try bytes.withUnsafeBytes { try writer.write($0) }
    return try writer.commit()
  }
}

extension ObjectReader {
  /// Reads the rest of the object.
  /// - Throws: `ObjectStoreError.tooLarge` as soon as more than `limit` bytes have come.
  @available(*, noasync, message: "blocks the calling thread")
  public func readAll(limit: Int) throws -> [UInt8] {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = try chunk.withUnsafeMutableBytes { try read(into: $0) }
      if count == 0 { return all }
      guard all.count + count <= limit else { throw ObjectStoreError.tooLarge(info.location, limit: limit) }
      all.append(contentsOf: chunk[..<count])
    }
  }
}
