import Foundation
import Glibc
import ObjectStorage
import Testing

/// Keys of every kind that S3 holds, in a folder that has others beside it.
@Suite struct DirectoryKeyTests {
  private let bytes = ObjectAttributes(contentType: "application/octet-stream")

  /// Runs `body` with a store three folders down, and checks that nothing came or went beside it.
  private func withStore(_ body: (DirectoryStore) throws -> Void) throws {
    let top = FileManager.default.temporaryDirectory.appending(path: "keys-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: top) }
    let root = "\(top)/a/b/store"
    let store = try DirectoryStore(root: root)
    for name in ["canary", "a/canary", "a/b/canary", "a/b/store/canary"] {
      try Data("canary".utf8).write(to: URL(filePath: "\(top)/\(name)"))
    }
    try body(store)
    #expect(try FileManager.default.contentsOfDirectory(atPath: top).sorted() == ["a", "canary"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(top)/a").sorted() == ["b", "canary"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(top)/a/b").sorted() == ["canary", "store"])
    let inRoot = try FileManager.default.contentsOfDirectory(atPath: root)
    #expect(Set(inRoot).isSubset(of: [".darkroom", "canary", "photos", "other"]), "\(inRoot)")
    for name in ["canary", "a/canary", "a/b/canary", "a/b/store/canary"] {
      #expect(try String(contentsOf: URL(filePath: "\(top)/\(name)"), encoding: .utf8) == "canary")
    }
  }

  @Test func aFileWhoseNameOnlyLooksLikeASpelledKeyIsNotAnObject() throws {
    try withStore { store in
      try store.put([1], to: location(Array("x/".utf8)), attributes: bytes)
      let spelled = "\(store.root)/.darkroom/objects/photos"
      #expect(try FileManager.default.contentsOfDirectory(atPath: spelled) == ["782f.object"])
      for name in ["+f+f", "+7+8", "-0-0", "0x41", "7g", " 78", "782"] {
        try Data([2]).write(to: URL(filePath: "\(spelled)/\(name).object"))
      }
      #expect(try keys(store.list(bucket: "photos", prefix: "", after: "")) == [Array("x/".utf8)])
    }
  }

  private func location(_ key: [UInt8]) -> ObjectLocation {
    ObjectLocation(bucket: "photos", key: String(decoding: key, as: UTF8.self))
  }

  private func keys(_ lister: any ObjectLister) throws -> [[UInt8]] {
    var keys: [[UInt8]] = []
    while let object = try lister.next() { keys.append(Array(object.location.key.utf8)) }
    return keys
  }

  /// Puts each key's own bytes under it and takes them out again, then lists them all.
  private func roundTrip(_ keys: Set<[UInt8]>, _ store: DirectoryStore, _ generator: inout SplitMix) throws {
    var eTags: [[UInt8]: String] = [:]
    for key in keys.shuffled(using: &generator) {
      eTags[key] = try store.put(key, to: location(key), attributes: bytes, condition: .ifAbsent)
    }
    for key in keys {
      let reader = try store.open(location(key))
      #expect(try reader.readAll(limit: 1024) == key, "\(key)")
      #expect(reader.info.attributes == bytes)
      #expect(reader.info.eTag == eTags[key])
      #expect(throws: ObjectStoreError.self) {
        try store.put([], to: location(key), attributes: bytes, condition: .ifAbsent)
      }
    }
    let sorted = keys.sorted { $0.lexicographicallyPrecedes($1) }
    #expect(try self.keys(store.list(bucket: "photos", prefix: "", after: "")) == sorted)
    for start in sorted.shuffled(using: &generator).prefix(5) {
      let after = String(decoding: start, as: UTF8.self)
      #expect(
        try self.keys(store.list(bucket: "photos", prefix: "", after: after))
          == sorted.filter { start.lexicographicallyPrecedes($0) })
      // Cut where a letter ends.
      let prefix = String(decoding: start.prefix(start.count / 2), as: UTF8.self).filter { $0 != "\u{FFFD}" }
      #expect(
        try self.keys(store.list(bucket: "photos", prefix: prefix, after: ""))
          == sorted.filter { $0.starts(with: prefix.utf8) })
    }
  }

  @Test func everyKeyHasAFileOfItsOwnInsideAndComesBack() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SplitMix(state: seed)
    let pieces = [
      "a", "b", "A", "/", "/", "//", ".", "..", "../", "/..", "\u{301}", "é", "e\u{301}", "\u{200D}", "\u{200B}", "\0",
      "\n", "\u{FEFF}", "ﬁ", "가", "\u{1112}\u{1161}", "👩‍👩‍👧", "~", "%2F", "\\", ".darkroom", ".object", "canary", " ",
      "-", "\u{2044}", "\u{FF0F}", "\u{202E}", String(repeating: "x", count: 256),
    ]
    for _ in 0..<12 {
      var keys: Set<[UInt8]> = []
      while keys.count < 60 {
        var key: [UInt8] = []
        for _ in 0..<Int.random(in: 1...7, using: &generator) {
          key += Array((pieces.randomElement(using: &generator) ?? "a").utf8)
        }
        if (1...1024).contains(key.count) { keys.insert(key) }
      }
      try withStore { try roundTrip(keys, $0, &generator) }
    }
  }

  @Test func keysThatShareAPathLiveSideBySide() throws {
    let long = String(repeating: "k", count: 1024)
    let keys = [
      "a", "a/b", "a/b/c", "a/", "a//", "a/b/", "/", "//", "/a", ".", "..", "./", "../", "../a", "a/..", "a/../b",
      "a/.",
      "é", "e\u{301}", "É", "../\u{301}canary", "..\u{301}/canary", "a/\u{301}b", "x\0y", "x", "x/", "x/1.jpg",
      "../canary", "../../canary", "../other/a", "photos", "a-b", "a.b", "a0", "A", "%61", "ＡＢＣ", long,
      String(repeating: "/", count: 1024), String(repeating: "../", count: 341), String(repeating: "é", count: 512),
      String(repeating: "d/", count: 511) + "d", String(repeating: "n", count: 255), String(repeating: "n", count: 256),
      String(repeating: "n", count: 255) + "/" + String(repeating: "n", count: 255),
      // As the spelled-out keys are cut: one name full, and one byte more.
      String(repeating: "\u{1}/", count: 50), String(repeating: "\u{1}/", count: 50) + "/",
    ]
    for round in 0..<2 {
      var generator = SplitMix(state: UInt64(round))
      try withStore { try roundTrip(Set(keys.map { Array($0.utf8) }), $0, &generator) }
    }
  }

  @Test func aFolderKeyIsAnEmptyObject() throws {
    try withStore { store in
      let folder = ObjectLocation(bucket: "photos", key: "x/")
      #expect(throws: ObjectStoreError.notFound(folder)) { try store.open(folder) }
      try store.put([], to: folder, attributes: ObjectAttributes(contentType: "application/x-directory"))
      try store.put([1], to: ObjectLocation(bucket: "photos", key: "x/1.jpg"), attributes: bytes)
      #expect(try store.open(folder).info.size == 0)
      #expect(try store.open(folder).info.attributes.contentType == "application/x-directory")
      #expect(throws: ObjectStoreError.self) { try store.open(ObjectLocation(bucket: "photos", key: "x")) }
    }
  }

  @Test func anObjectWhosePathComesFreeMovesThereWithItsNextWrite() throws {
    try withStore { store in
      let below = ObjectLocation(bucket: "photos", key: "a/b")
      try store.put([1], to: ObjectLocation(bucket: "photos", key: "a"), attributes: bytes)
      try store.put([2], to: below, attributes: bytes)
      try FileManager.default.removeItem(atPath: "\(store.root)/photos/a")
      #expect(try store.open(below).readAll(limit: 1) == [2])
      try store.put([3], to: below, attributes: bytes)
      #expect(try Data(contentsOf: URL(filePath: "\(store.root)/photos/a/b")) == Data([3]))
      try FileManager.default.removeItem(atPath: "\(store.root)/photos/a")
      #expect(throws: ObjectStoreError.notFound(below)) { try store.open(below) }
    }
  }

  @Test func linksAndPipesAreNoObjectsAndLeadNowhere() throws {
    try withStore { store in
      let bucket = "\(store.root)/photos"
      try store.put([1], to: ObjectLocation(bucket: "photos", key: "in/1"), attributes: bytes)
      try FileManager.default.createSymbolicLink(atPath: "\(bucket)/up", withDestinationPath: "../..")
      try FileManager.default.createSymbolicLink(atPath: "\(bucket)/file", withDestinationPath: "../canary")
      try FileManager.default.createSymbolicLink(atPath: "\(bucket)/in/loop", withDestinationPath: "..")
      #expect(mkfifo("\(bucket)/pipe", 0o644) == 0)
      for key in ["up/canary", "file", "in/loop/in/1", "pipe"] {
        let location = ObjectLocation(bucket: "photos", key: key)
        #expect(throws: ObjectStoreError.notFound(location)) { try store.open(location) }
      }
      let lister = try store.list(bucket: "photos", prefix: "", after: "")
      #expect(try keys(lister) == [Array("in/1".utf8)])
      #expect(lister.leftOut == 4)
      // Written beside the links, not through them.
      for key in ["up/canary", "file", "in/loop/in/1", "pipe"] {
        let location = ObjectLocation(bucket: "photos", key: key)
        try store.put([7], to: location, attributes: bytes)
        #expect(try store.open(location).readAll(limit: 1) == [7])
      }
      #expect(try store.open(ObjectLocation(bucket: "photos", key: "in/1")).readAll(limit: 1) == [1])
    }
  }

  @Test func aListingSaysOfABucketThatIsNotThere() throws {
    try withStore { store in
      #expect(throws: ObjectStoreError.self) { try store.list(bucket: "photos", prefix: "", after: "") }
    }
  }
}

/// Random numbers that a seed repeats.
///
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators".
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
