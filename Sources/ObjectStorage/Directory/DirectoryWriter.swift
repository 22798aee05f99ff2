import Crypto
import FoundationEssentials

/// An object of a `DirectoryStore` being written: a temporary file that the commit renames into place.
final class DirectoryWriter: ObjectWriter {
  private let store: DirectoryStore
  private let location: ObjectLocation
  private let attributes: ObjectAttributes
  private let condition: WriteCondition
  private let unfinished: TemporaryFile
  private var md5 = Insecure.MD5()
  private var isFinished = false

  init(
    store: DirectoryStore, location: ObjectLocation, attributes: ObjectAttributes, condition: WriteCondition
  ) throws {
    self.store = store
    self.location = location
    self.attributes = attributes
    self.condition = condition
    unfinished = try TemporaryFile(in: store.layout.unfinished)
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard !isFinished else { throw ObjectStoreError.alreadyFinished(location) }
    md5.update(bufferPointer: bytes)
    try unfinished.file.write(bytes)
  }

  /// Nothing has to travel: the rename is the commit's.
  func finish() { isFinished = true }

  func commit() throws -> String {
    finish()
    let eTag = hexadecimal(md5.finalize())
    let kept = try JSONEncoder().encode(KeptAttributes(eTag: eTag, attributes: attributes))
    let attributesFile = try TemporaryFile(in: store.layout.unfinished)
    try kept.withUnsafeBytes { try attributesFile.file.write($0) }
    try unfinished.file.synchronise()

    // The lock makes "look at the condition, then rename" one step, between processes too. The attributes go first:
    // they name the content that they belong to, so a kill between the two renames leaves the old object readable.
    try FileLock.holding(store.layout.lockPath(bucket: location.bucket)) {
      try check()
      try attributesFile.rename(to: try store.layout.attributesPath(of: location))
      try unfinished.rename(to: try store.layout.path(of: location))
    }
    return eTag
  }

  private func check() throws {
    switch condition {
    case .always: return
    case .ifAbsent:
      guard FileSystem.exists(try store.layout.path(of: location)) else { return }
    case .ifMatches(let eTag):
      do {
        if try store.open(location).info.eTag == eTag { return }
      } catch ObjectStoreError.notFound {}
    }
    throw ObjectStoreError.conditionFailed(location, condition)
  }
}
