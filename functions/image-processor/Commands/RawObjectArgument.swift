import ArgumentParser
import ObjectStorage

/// A raw object as a person names it: `BUCKET/KEY`, the key as it is, not percent-encoded.
struct RawObjectArgument: ExpressibleByArgument {
  let location: ObjectLocation

  init?(argument: String) {
    // By bytes: a `Character` may be a slash with an accent on it.
    let parts = argument.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    location = ObjectLocation(
      bucket: String(decoding: parts[0], as: UTF8.self), key: String(decoding: parts[1], as: UTF8.self))
  }

  init(_ location: ObjectLocation) { self.location = location }
}
