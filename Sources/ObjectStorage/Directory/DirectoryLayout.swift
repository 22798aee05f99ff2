import Encodings

/// Where a `DirectoryStore` keeps what: the one place that turns buckets and keys into files.
///
/// A key that can be the path of a file is one, so that people find objects and may put them there. S3 has more keys
/// than a file system has paths: `a` beside `a/b`, `x/`, `a//b`, `../up`, names over 255 bytes. Whatever cannot be a
/// path, or finds its path taken, is kept under `.darkroom/objects`, its key spelled out in hexadecimal digits.
///
/// Keys are looked at as bytes. Swift's `Character`s would take `/` and an accent after it for one letter, and two
/// spellings of `é` for the same one; a file system takes neither so.
struct DirectoryLayout {
  var root: String

  var unfinished: String { "\(root)/.darkroom/unfinished" }
  var locks: String { "\(root)/.darkroom/locks" }

  func lockPath(bucket: String) -> String { "\(locks)/\(bucket)" }
  func bucketPath(_ bucket: String) -> String { "\(root)/\(bucket)" }
  func spelledObjectsPath(_ bucket: String) -> String { "\(root)/.darkroom/objects/\(bucket)" }

  /// Where the object may be, the first choice first.
  /// - Throws: `ObjectStoreError.invalidBucket`, `.invalidKey` for what no store holds.
  func places(of location: ObjectLocation) throws -> [FilePlace] {
    [try plainPlace(of: location), spelledPlace(of: location)].compactMap(\.self)
  }

  /// The first choice: the path that the key is; nil for a key that is none.
  /// - Throws: As `places(of:)`.
  func plainPlace(of location: ObjectLocation) throws -> FilePlace? {
    try check(bucket: location.bucket)
    try location.checkKey()
    return Self.pathNames(of: location.key).map { FilePlace(base: bucketPath(location.bucket), names: $0) }
  }

  /// The second choice, which every key has, of a location that has been checked.
  func spelledPlace(of location: ObjectLocation) -> FilePlace {
    FilePlace(base: spelledObjectsPath(location.bucket), names: SpelledKey.names(of: location.key))
  }

  /// Where the attributes of the object are, whichever its place is.
  func attributesPlace(of location: ObjectLocation) throws -> FilePlace {
    try check(bucket: location.bucket)
    try location.checkKey()
    return FilePlace(
      base: "\(root)/.darkroom/attributes/\(location.bucket)", names: SpelledKey.names(of: location.key))
  }

  func check(bucket: String) throws {
    if let why = BucketName.fault(in: bucket) { throw ObjectStoreError.invalidBucket(bucket, why: why) }
  }

  /// The names of a path that stands for this key alone; nil where there is none.
  private static func pathNames(of key: String) -> [String]? {
    let names = key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for name in names {
      guard (1...255).contains(name.count), !name.contains(0), !name.elementsEqual(".".utf8),
        !name.elementsEqual("..".utf8)
      else { return nil }
    }
    // Cut at an ASCII byte, so that the pieces are whole UTF-8.
    return names.map { String(decoding: $0, as: UTF8.self) }
  }
}

/// A file below a folder: the names on the way, the file's own last.
struct FilePlace {
  var base: String
  var names: [String]
}

/// Keys in hexadecimal digits, cut into names that every file system takes.
///
/// Their order is that of the keys' bytes.
enum SpelledKey {
  private static let digitsInName = 200
  /// Sorts before a digit and before the `/` after a folder: a key comes before those that it begins.
  static let suffix = ".object"

  static func names(of key: String) -> [String] {
    let digits = Array(Hexadecimal.encode(key.utf8).utf8)
    var names = stride(from: 0, to: digits.count, by: digitsInName).map {
      String(decoding: digits[$0..<min($0 + digitsInName, digits.count)], as: UTF8.self)
    }
    names[names.count - 1] += suffix
    return names
  }

  /// The key that a path of such names spells; nil for a path that does not spell one.
  static func key(ofPath path: some Sequence<UInt8>) -> String? {
    var digits = path.filter { $0 != UInt8(ascii: "/") }
    guard digits.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) else { return nil }
    digits.removeLast(suffix.utf8.count)
    return Hexadecimal.decode(digits).flatMap { String(validating: $0, as: UTF8.self) }
  }
}
