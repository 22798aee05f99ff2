import Foundation
import ObjectStorage
import Testing

/// What every store must do, whatever is behind it.
struct ObjectStoreContract {
  let store: any ObjectStore
  let bucket: String

  func location(_ key: String) -> ObjectLocation { ObjectLocation(bucket: bucket, key: key) }

  func read(_ key: String) throws -> [UInt8] { try store.open(location(key)).readAll(limit: 100 << 20) }

  func check() throws {
    try bytesAndAttributesComeBack()
    try keysWithOddLettersAreKept()
    try anUncommittedWriteLeavesNothing()
    try aFinishedWriteIsCommittedWhole()
    try aFinishedWriteThatIsDroppedIsWholeOrNotThere()
    try conditionsHold()
    try aRemovalOnAConditionLeavesWhatHasComeSince()
    try aMissingObjectIsNotFound()
    try aLimitOnReadingHolds()
    try aRemovedObjectIsGoneAndRemovedTwiceIsNoFault()
    try aListingGoesThroughTheKeysInTheOrderOfTheirBytes()
  }

  func bytesAndAttributesComeBack() throws {
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let attributes = ObjectAttributes(
      contentType: "image/png", cacheControl: "public, max-age=604800, immutable", userMetadata: ["recipe": "a1b2"])
    let eTag = try store.put(bytes, to: location("images/a.png"), attributes: attributes)
    let reader = try store.open(location("images/a.png"))
    #expect(try reader.readAll(limit: bytes.count) == bytes)
    #expect(reader.info.attributes == attributes)
    #expect(reader.info.eTag == eTag)
    #expect(reader.info.size == 300_000)
    #expect(abs(reader.info.lastModified.timeIntervalSinceNow) < 60)
  }

  func keysWithOddLettersAreKept() throws {
    for key in ["web/a b+c.jpg", "dt=2026-11-22/Grüße & 写真 (1).jpg", "x/%41%2F.png", "..a/b..", "a=b?c#d"] {
      try store.put(Array(key.utf8), to: location(key), attributes: ObjectAttributes(contentType: "text/plain"))
      #expect(try read(key) == Array(key.utf8))
    }
  }

  func anUncommittedWriteLeavesNothing() throws {
    let key = location("never")
    do {
      let writer = try store.write(
        to: key, attributes: ObjectAttributes(contentType: "text/plain"), condition: .always)
      try [1, 2, 3].withUnsafeBytes { try writer.write($0) }
      #expect(throws: ObjectStoreError.notFound(key)) { try store.open(key) }
    }
    #expect(throws: ObjectStoreError.notFound(key)) { try store.open(key) }
  }

  func aFinishedWriteIsCommittedWhole() throws {
    let png = ObjectAttributes(contentType: "image/png")
    let writers = try (0..<4).map { number in
      let writer = try store.write(to: location("finished/\(number)"), attributes: png, condition: .always)
      for piece in 0..<3 { try [UInt8](repeating: UInt8(piece), count: 50_000).withUnsafeBytes(writer.write) }
      try writer.finish()
      try writer.finish()
      return writer
    }
    #expect(throws: ObjectStoreError.alreadyFinished(location("finished/0"))) {
      try [1].withUnsafeBytes(writers[0].write)
    }
    for (number, writer) in writers.enumerated().reversed() {
      let eTag = try writer.commit()
      let reader = try store.open(location("finished/\(number)"))
      #expect(reader.info.eTag == eTag)
      #expect(try reader.readAll(limit: 200_000) == (0..<3).flatMap { [UInt8](repeating: $0, count: 50_000) })
    }
  }

  func aFinishedWriteThatIsDroppedIsWholeOrNotThere() throws {
    let content = [UInt8](repeating: 9, count: 100_000)
    do {
      let writer = try store.write(
        to: location("dropped"), attributes: ObjectAttributes(contentType: "x/y"), condition: .always)
      try content.withUnsafeBytes(writer.write)
      try writer.finish()
    }
    do {
      #expect(try read("dropped") == content)
    } catch ObjectStoreError.notFound {}
  }

  func conditionsHold() throws {
    let key = location("row.json")
    let json = ObjectAttributes(contentType: "application/json")
    let first = try store.put([1], to: key, attributes: json, condition: .ifAbsent)
    #expect(throws: ObjectStoreError.conditionFailed(key, .ifAbsent)) {
      try store.put([2], to: key, attributes: json, condition: .ifAbsent)
    }
    let second = try store.put([2], to: key, attributes: json, condition: .ifMatches(eTag: first))
    #expect(throws: ObjectStoreError.conditionFailed(key, .ifMatches(eTag: first))) {
      try store.put([3], to: key, attributes: json, condition: .ifMatches(eTag: first))
    }
    #expect(second != first)
    #expect(try read("row.json") == [2])
    let gone = location("gone.json")
    #expect(throws: ObjectStoreError.conditionFailed(gone, .ifMatches(eTag: first))) {
      try store.put([3], to: gone, attributes: json, condition: .ifMatches(eTag: first))
    }
  }

  func aRemovalOnAConditionLeavesWhatHasComeSince() throws {
    let key = location("replaced")
    let text = ObjectAttributes(contentType: "text/plain")
    let first = try store.put([1], to: key, attributes: text)
    let second = try store.put([2], to: key, attributes: text)
    #expect(throws: ObjectStoreError.conditionFailed(key, .ifMatches(eTag: first))) {
      try store.remove(key, ifMatches: first)
    }
    #expect(try read("replaced") == [2])
    try store.remove(key, ifMatches: second)
    #expect(throws: ObjectStoreError.notFound(key)) { try store.open(key) }
    try store.remove(key, ifMatches: second)
  }

  func aMissingObjectIsNotFound() throws {
    for key in ["nothing", "images", "images/a.png/below"] {
      #expect(throws: ObjectStoreError.notFound(location(key))) { try store.open(location(key)) }
    }
  }

  func aLimitOnReadingHolds() throws {
    let key = location("ten")
    try store.put([UInt8](repeating: 7, count: 10), to: key, attributes: ObjectAttributes(contentType: "x/y"))
    #expect(try store.open(key).readAll(limit: 10).count == 10)
    #expect(throws: ObjectStoreError.tooLarge(key, limit: 9)) { try store.open(key).readAll(limit: 9) }
    #expect(try store.get(key, limit: 10).count == 10)
    var results: [String] = []
    try store.get([key, location("none"), location("folder/none"), key], limit: 9) { place, bytes in
      switch bytes {
      case .success(let bytes): results.append("\(place): \(bytes.count)")
      case .failure(let error): results.append("\(place): \(error)")
      }
    }
    #expect(
      results == [
        "0: \(ObjectStoreError.tooLarge(key, limit: 9))", "1: \(ObjectStoreError.notFound(location("none")))",
        "2: \(ObjectStoreError.notFound(location("folder/none")))", "3: \(ObjectStoreError.tooLarge(key, limit: 9))",
      ])
  }

  func aListingGoesThroughTheKeysInTheOrderOfTheirBytes() throws {
    // None between `a` and `a/`, such as `a-`: SeaweedFS lists a folder's keys right after the folder's name.
    let keys = ["all/a", "all/a/b", "all/ä", "all/b/1", "all/b/2", "all/写真 1+2.jpg"]
    for key in keys.reversed() {
      try store.put(Array(key.utf8), to: location(key), attributes: ObjectAttributes(contentType: "text/plain"))
    }
    func list(_ prefix: String, after: String = "") throws -> [ListedObject] {
      let lister = try store.list(bucket: bucket, prefix: prefix, after: after)
      var objects: [ListedObject] = []
      while let object = try lister.next() { objects.append(object) }
      return objects
    }
    let expected = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let listed = try list("all/")
    #expect(listed.map(\.location.key) == expected)
    for object in listed {
      let info = try store.open(object.location).info
      #expect(object.size == info.size)
      #expect(object.eTag == nil || object.eTag == info.eTag)
      #expect(abs(object.lastModified.timeIntervalSince(info.lastModified)) < 1)
    }
    #expect(try list("all/b").map(\.location.key) == ["all/b/1", "all/b/2"])
    #expect(try list("all/", after: "all/b/1").map(\.location.key) == Array(expected.drop { $0 != "all/b/2" }))
    #expect(try list("all/", after: "all/zzz").map(\.location.key) == ["all/ä", "all/写真 1+2.jpg"])
    #expect(try list("nothing/").isEmpty)
  }

  func aRemovedObjectIsGoneAndRemovedTwiceIsNoFault() throws {
    let attributes = ObjectAttributes(contentType: "image/png")
    // At the top of the bucket: SeaweedFS drops a folder some time after its last key, and what came into it meanwhile.
    for key in ["removed", "removed/below", "removed//odd/"] {
      try store.put([1], to: location(key), attributes: attributes)
      try store.remove(location(key))
      #expect(throws: ObjectStoreError.notFound(location(key))) { try store.open(location(key)) }
      try store.remove(location(key))
      guard key == "removed" else { continue }
      try store.put([2], to: location(key), attributes: attributes, condition: .ifAbsent)
      #expect(try read(key) == [2])
      try store.remove(location(key))
    }
  }
}
