import Crypto
import Encodings
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
    let eTag = Hexadecimal.encode(md5.finalize())
    let kept = try JSONEncoder().encode(KeptAttributes(eTag: eTag, attributes: attributes))
    let attributesFile = try TemporaryFile(in: store.layout.unfinished)
    try kept.withUnsafeBytes { try attributesFile.file.write($0) }
    try unfinished.file.synchronise()

    // The lock makes "look at the condition, then rename" one step, between processes too. The attributes go first:
    // they name the content that they belong to, so a kill between the two renames leaves the old object readable.
    try FileLock.holding(store.layout.lockPath(bucket: location.bucket)) {
      try check()
      try put(attributesFile, in: [try store.layout.attributesPlace(of: location)])
      try put(unfinished, in: try store.layout.places(of: location))
    }
    return eTag
  }

  /// Moves a file to the first of the places that can be had, and frees those after it.
  private func put(_ file: TemporaryFile, in places: [FilePlace]) throws {
    for (index, place) in places.enumerated() where try file.move(to: place) {
      // What was there stood in for a path that was taken then; it would come to light again with this one's end.
      for former in places[(index + 1)...] { try former.folder(makes: false)?.remove(former.name) }
      return
    }
    throw ObjectStoreError.system(
      action: "put in place", path: "\(location)", reason: "a folder has the name of its file under .darkroom")
  }

  private func check() throws {
    switch condition {
    case .always: return
    case .ifAbsent:
      guard try store.file(of: location) != nil else { return }
    case .ifMatches(let eTag):
      do {
        if try store.open(location).info.eTag == eTag { return }
      } catch ObjectStoreError.notFound {}
    }
    throw ObjectStoreError.conditionFailed(location, condition)
  }
}
