/// Where a `DirectoryStore` keeps what: the one place that turns buckets and keys into paths, and refuses those that
/// would lead elsewhere.
struct DirectoryLayout {
  var root: String

  var unfinished: String { "\(root)/.darkroom/unfinished" }
  var locks: String { "\(root)/.darkroom/locks" }

  func lockPath(bucket: String) -> String { "\(locks)/\(bucket)" }

  func path(of location: ObjectLocation) throws -> String {
    try check(location)
    return "\(root)/\(location.bucket)/\(location.key)"
  }

  func attributesPath(of location: ObjectLocation) throws -> String {
    try check(location)
    return "\(root)/.darkroom/attributes/\(location.bucket)/\(location.key)"
  }

  /// Bucket names by S3's rules (3 to 63 of a-z, 0-9, `.` and `-`, a letter or digit at either end); keys of 1 to 1,024
  /// bytes, none of whose components is empty, `.`, `..` or longer than a file name may be.
  private func check(_ location: ObjectLocation) throws {
    let bucket = location.bucket.utf8
    guard (3...63).contains(bucket.count) else {
      throw ObjectStoreError.invalidBucket(location.bucket, why: "has \(bucket.count) characters, not 3 to 63")
    }
    func isLetterOrDigit(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
    guard bucket.allSatisfy({ isLetterOrDigit($0) || $0 == 0x2E || $0 == 0x2D }),
      let first = bucket.first, isLetterOrDigit(first), let last = bucket.last, isLetterOrDigit(last)
    else {
      throw ObjectStoreError.invalidBucket(
        location.bucket, why: "may hold only a-z, 0-9, '.' and '-', with a letter or digit at either end")
    }

    func refuse(_ why: String) -> ObjectStoreError { .invalidKey(location, why: why) }
    let key = location.key.utf8
    guard (1...1024).contains(key.count) else { throw refuse("has \(key.count) bytes, not 1 to 1,024") }
    guard !key.contains(0) else { throw refuse("holds a NUL byte") }
    guard key.first != 0x2F else { throw refuse("is absolute; a directory store takes keys without a leading '/'") }
    for component in location.key.split(separator: "/", omittingEmptySubsequences: false) {
      switch component {
      case "": throw refuse("has an empty path component, which a directory store cannot hold")
      case ".", "..": throw refuse("has the path component '\(component)', which a directory store refuses")
      default:
        guard component.utf8.count <= 255 else {
          throw refuse("has a path component of \(component.utf8.count) bytes; a directory store holds up to 255")
        }
      }
    }
  }
}
