import AWSServices

/// The objects of a bucket of a `DirectoryStore`: those that are files in its folder, and among them those whose keys
/// are spelled out.
final class DirectoryLister: ObjectLister {
  private let bucket: String
  private let prefix: [UInt8]
  private let after: [UInt8]
  private var plain: FileTreeWalk
  private var spelled: FileTreeWalk
  private var nextPlain: Found?
  private var nextSpelled: Found?
  private var longPaths = 0

  private struct Found {
    var key: [UInt8]
    var file: FileTreeWalk.File
  }

  init(layout: DirectoryLayout, bucket: String, prefix: String, after: String) throws {
    self.bucket = bucket
    self.prefix = Array(prefix.utf8)
    self.after = Array(after.utf8)
    let path = layout.bucketPath(bucket)
    let spelledPath = layout.spelledObjectsPath(bucket)
    guard try FileTreeWalk.isThere(path) || FileTreeWalk.isThere(spelledPath) else {
      throw ObjectStoreError.missingBucket(path: path)
    }
    plain = try FileTreeWalk(base: path, prefix: self.prefix, after: self.after)
    spelled = try FileTreeWalk(base: spelledPath)
    try advancePlain()
    try advanceSpelled()
  }

  var leftOut: Int { plain.leftOut + spelled.leftOut + longPaths }

  func next() throws -> ListedObject? {
    guard let found = try pop() else { return nil }
    return ListedObject(
      location: ObjectLocation(bucket: bucket, key: String(decoding: found.key, as: UTF8.self)),
      size: found.file.size, eTag: nil, lastModified: found.file.lastModified)
  }

  private func pop() throws -> Found? {
    if let spelled = nextSpelled {
      guard let plain = nextPlain else {
        try advanceSpelled()
        return spelled
      }
      if spelled.key.lexicographicallyPrecedes(plain.key) {
        try advanceSpelled()
        return spelled
      }
      // A file that has come into its place since goes before what stood in for it.
      if spelled.key == plain.key { try advanceSpelled() }
    }
    let found = nextPlain
    try advancePlain()
    return found
  }

  private func advancePlain() throws {
    nextPlain = nil
    while let file = try plain.next() {
      guard file.path.count <= S3Client.maximumKeyLength else {
        longPaths += 1
        continue
      }
      nextPlain = Found(key: file.path, file: file)
      return
    }
  }

  private func advanceSpelled() throws {
    nextSpelled = nil
    while let file = try spelled.next() {
      guard let key = SpelledKey.key(ofPath: file.path).map({ Array($0.utf8) }), key.starts(with: prefix),
        after.lexicographicallyPrecedes(key)
      else { continue }
      nextSpelled = Found(key: key, file: file)
      return
    }
  }
}
