import Foundation
import ObjectStorage
import Testing
import Threads

@Suite struct DirectoryStoreTests {
  let root = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID())").path

  private func withStore(_ body: (DirectoryStore) throws -> Void) throws {
    defer { try? FileManager.default.removeItem(atPath: root) }
    try body(try DirectoryStore(root: root))
  }

  @Test func keepsTheContractOfAStore() throws {
    try withStore { try ObjectStoreContract(store: $0, bucket: "darkroom-raw").check() }
  }

  @Test func aBucketIsMadeByItsFirstWrite() throws {
    try withStore { store in
      let location = ObjectLocation(bucket: "new-bucket", key: "a")
      #expect(throws: ObjectStoreError.notFound(location)) { try store.open(location) }
      try store.put([1], to: location, attributes: ObjectAttributes(contentType: "x/y"))
      #expect(try store.open(location).readAll(limit: 1) == [1])
    }
  }

  @Test(arguments: ["", String(repeating: "k", count: 1025), String(repeating: "é", count: 513)])
  func refusesAKeyThatNoStoreHolds(key: String) throws {
    try withStore { store in
      let location = ObjectLocation(bucket: "bucket", key: key)
      #expect {
        try store.put([1], to: location, attributes: ObjectAttributes(contentType: "x/y"))
      } throws: { error in
        if case .invalidKey(location, _) = error as? ObjectStoreError { true } else { false }
      }
      #expect(throws: ObjectStoreError.self) { try store.open(location) }
    }
  }

  @Test(arguments: ["", "ab", "..", ".darkroom", "a/b", "Capital", "-dash", "raw\n", String(repeating: "a", count: 64)])
  func refusesABucketThatIsNone(bucket: String) throws {
    try withStore { store in
      let location = ObjectLocation(bucket: bucket, key: "a")
      #expect {
        try store.open(location)
      } throws: { error in
        if case .invalidBucket(bucket, _) = error as? ObjectStoreError { true } else { false }
      }
    }
  }

  @Test func readsAFileThatWasPutThereByHand() throws {
    try withStore { store in
      try FileManager.default.createDirectory(atPath: root + "/photos", withIntermediateDirectories: true)
      try Data("hello".utf8).write(to: URL(fileURLWithPath: root + "/photos/a.JPG"))
      let reader = try store.open(ObjectLocation(bucket: "photos", key: "a.JPG"))
      #expect(reader.info.eTag == "5d41402abc4b2a76b9719d911017c592")
      #expect(reader.info.attributes == ObjectAttributes(contentType: "image/jpeg"))
    }
  }

  @Test func forgetsTheAttributesOfContentThatWasReplacedByHand() throws {
    try withStore { store in
      let location = ObjectLocation(bucket: "photos", key: "a.png")
      try store.put([1], to: location, attributes: ObjectAttributes(contentType: "x/y", userMetadata: ["a": "b"]))
      try Data([2]).write(to: URL(fileURLWithPath: root + "/photos/a.png"))
      #expect(try store.open(location).info.attributes == ObjectAttributes(contentType: "image/png"))
    }
  }

  @Test func exactlyOneOfManyConditionalWritersWins() throws {
    try withStore { store in
      let location = ObjectLocation(bucket: "photos", key: "row.json")
      let writers = try (0..<32).map { writer in
        try ThreadFuture {
          do {
            try store.put(
              [UInt8(writer)], to: location, attributes: ObjectAttributes(contentType: "x/y"), condition: .ifAbsent)
            return true
          } catch ObjectStoreError.conditionFailed { return false }
        }
      }
      #expect(try writers.map { try $0.get() }.count { $0 } == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/.darkroom/unfinished").isEmpty)
    }
  }
}
