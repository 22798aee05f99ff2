import AWSClient
import Foundation
import ObjectStorage
import Testing

private let environment = ProcessInfo.processInfo.environment
private let bucketName = environment["DARKROOM_TEST_S3_BUCKET"]

/// The store against a real server. `Tests/SystemTests/test_aws_storage.py` starts the servers and runs this suite; by
/// hand, set DARKROOM_TEST_S3_BUCKET to a bucket of yours beside AWS's own variables.
@Suite(.enabled(if: bucketName != nil, "DARKROOM_TEST_S3_BUCKET names no bucket on a server to test against"))
struct S3StoreTests {
  let s3: S3Client
  let store: S3Store
  let bucket: String
  let bytes = ObjectAttributes(contentType: "application/octet-stream")

  init() throws {
    s3 = S3Client(client: try AWSClient(configuration: try AWSConfiguration(environment: environment)))
    store = S3Store(s3: s3)
    bucket = try #require(bucketName)
  }

  private func location(_ key: String) -> ObjectLocation { ObjectLocation(bucket: bucket, key: key) }

  @Test func keepsTheContractOfAStore() throws {
    try ObjectStoreContract(store: store, bucket: bucket).check()
  }

  @Test(arguments: ["a//b", "./a", "a/../b", "/a", "a/", "100% sure?.jpg", "\u{1}", "tab\tand\u{7F}", "😀/=&+ ~'\"<>"])
  func keepsKeysThatADirectoryCannotHold(key: String) async throws {
    let key = "odd/\(key)"
    try store.put(Array(key.utf8), to: location(key), attributes: bytes)
    #expect(try store.open(location(key)).readAll(limit: 100) == Array(key.utf8))
    try await s3.deleteObject(bucket: bucket, key: key)
    #expect(throws: ObjectStoreError.notFound(location(key))) { try store.open(location(key)) }
  }

  @Test func writesALargeObjectInParts() async throws {
    let content = (0..<(17 << 20) + 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let attributes = ObjectAttributes(contentType: "image/png", cacheControl: "no-store", userMetadata: ["a": "b"])
    let eTag = try store.put(content, to: location("large"), attributes: attributes)
    #expect(eTag.hasSuffix("-3"))
    let reader = try store.open(location("large"))
    #expect(reader.info.eTag == eTag)
    #expect(reader.info.attributes == attributes)
    #expect(try reader.readAll(limit: content.count) == content)
  }

  @Test func holdsALargeObjectToItsCondition() async throws {
    let content = [UInt8](repeating: 7, count: 9 << 20)
    let first = try store.put(content, to: location("large-once"), attributes: bytes, condition: .ifAbsent)
    #expect(throws: ObjectStoreError.conditionFailed(location("large-once"), .ifAbsent)) {
      try store.put(content, to: location("large-once"), attributes: bytes, condition: .ifAbsent)
    }
    #expect(try store.open(location("large-once")).info.eTag == first)
    try await waitUntilNoUploadIsOpen(under: "large-once")
  }

  @Test func aLargeWriteThatIsDroppedLeavesNothing() async throws {
    do {
      let writer = try store.write(to: location("dropped"), attributes: bytes, condition: .always)
      let piece = [UInt8](repeating: 1, count: 3 << 20)
      for _ in 0..<7 { try piece.withUnsafeBytes { try writer.write($0) } }
      #expect(try await s3.listMultipartUploads(bucket: bucket, prefix: "dropped").map(\.key) == ["dropped"])
    }
    try await waitUntilNoUploadIsOpen(under: "dropped")
    #expect(throws: ObjectStoreError.notFound(location("dropped"))) { try store.open(location("dropped")) }
  }

  private func waitUntilNoUploadIsOpen(under prefix: String) async throws {
    for _ in 0..<100 {
      if try await s3.listMultipartUploads(bucket: bucket, prefix: prefix).isEmpty { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("an upload under \(prefix) is still open")
  }

  @Test func readsAsMuchAsIsAskedForAndNoMore() async throws {
    let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    try store.put(content, to: location("ranges"), attributes: bytes)
    let middle = try await s3.getObject(bucket: bucket, key: "ranges", range: 500...1499)
    #expect(middle.info.size == 100_000)
    #expect(try await middle.body.readAll(limit: 2000) == Array(content[500..<1500]))
    let tail = try await s3.getObject(bucket: bucket, key: "ranges", range: 99_990...)
    #expect(try await tail.body.readAll(limit: 2000) == Array(content[99_990...]))
    await #expect(throws: AWSError.self) {
      _ = try await s3.getObject(bucket: bucket, key: "ranges", range: 100_000...)
    }
  }

  @Test func anEmptyObjectIsReadAsOne() throws {
    try store.put([], to: location("empty"), attributes: bytes)
    let reader = try store.open(location("empty"))
    #expect(reader.info.size == 0)
    #expect(try reader.readAll(limit: 0) == [])
  }

  @Test func listsKeysInPages() async throws {
    let keys = ["list/Grüße 1+2.jpg", "list/a&b<c>", "list/a=b", "list/below/x", "list/z"]
    for key in keys {
      try await s3.putObject(bucket: bucket, key: key, body: [1, 2], attributes: .init(contentType: "a/b"))
    }
    var found: [String] = []
    var page: String?
    repeat {
      let listing = try await s3.listObjects(bucket: bucket, prefix: "list/", page: page, most: 2)
      #expect(listing.objects.count <= 2)
      #expect(listing.objects.allSatisfy { $0.size == 2 && !$0.eTag.contains("\"") })
      found += listing.objects.map(\.key)
      page = listing.next
    } while page != nil
    #expect(found.sorted() == keys.sorted())
    let level = try await s3.listObjects(bucket: bucket, prefix: "list/", delimiter: "/")
    #expect(level.commonPrefixes == ["list/below/"])
    #expect(level.objects.count == 4)
    #expect(try await s3.deleteObjects(bucket: bucket, keys: keys) == [:])
    #expect(try await s3.listObjects(bucket: bucket, prefix: "list/").objects.isEmpty)
  }

  @Test func handsOutAURLThatReadsOneObject() async throws {
    let key = "signed/dt=2026-11-22/a b+c(1).txt"
    try store.put(Array("hello".utf8), to: location(key), attributes: bytes)
    let url = try await s3.presignedGet(bucket: bucket, key: key, seconds: 60)
    #expect(try await get(url) == (200, "hello"))
    let forged = url.replacingOccurrences(of: "X-Amz-Expires=60", with: "X-Amz-Expires=61")
    #expect(try await get(forged).0 == 403)
  }

  private func get(_ url: String) async throws -> (Int, String) {
    let http = try HTTPClient(trust: TrustStore(environment: [:]))
    let (head, body) = try await http.send(HTTPRequest(method: "GET", url: url))
    return (head.status, String(decoding: body, as: UTF8.self))
  }

  @Test func aWrongSecretIsRefused() async throws {
    let wrong = try AWSClient(
      configuration: try AWSConfiguration(environment: environment),
      credentials: StaticCredentials(
        Credentials(accessKeyID: environment["AWS_ACCESS_KEY_ID"] ?? "", secretAccessKey: "not the secret")))
    await #expect {
      _ = try await S3Client(client: wrong).listObjects(bucket: bucket)
    } throws: { error in
      (error as? AWSError)?.status == 403 && (error as? AWSError)?.isRetryable == false
    }
  }

  @Test func exactlyOneOfManyConditionalWritersWins() async throws {
    let wins = await withTaskGroup(of: Int.self) { group in
      for writer in 0..<16 {
        group.addTask { [s3, bucket] in
          let body = [UInt8(writer)]
          do {
            try await s3.putObject(
              bucket: bucket, key: "race", body: body, attributes: .init(contentType: "a/b"), condition: .ifAbsent)
            return 1
          } catch { return 0 }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(wins == 1)
  }
}
