import AWSServices
import AWSFixtures
import Foundation
import ObjectStorage
import Testing
import Threads

private let environment = ProcessInfo.processInfo.environment
private let bucketName = environment["DARKROOM_TEST_S3_BUCKET"]

/// The store against a real server.
///
/// `Tests/SystemTests/cloud/test_aws_storage.py` starts the servers and runs this suite; by hand, set
/// DARKROOM_TEST_S3_BUCKET to a bucket of yours beside AWS's own variables.
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

  private func put(
    _ content: [UInt8], _ key: String, _ attributes: ObjectAttributes? = nil, condition: WriteCondition = .always
  ) async throws -> String {
    try await withDedicatedThread { [store, bytes] in
      try store.put(content, to: location(key), attributes: attributes ?? bytes, condition: condition)
    }
  }

  private func read(_ key: String, limit: Int = 1000) async throws -> (content: [UInt8], info: ObjectInfo) {
    try await withDedicatedThread { [store] in
      let reader = try store.open(location(key))
      return (try reader.readAll(limit: limit), reader.info)
    }
  }

  @Test func keepsTheContractOfAStore() async throws {
    try await withDedicatedThread { [store, bucket] in try ObjectStoreContract(store: store, bucket: bucket).check() }
  }

  @Test(arguments: ["a//b", "/a", "100% sure?.jpg", "\u{1}", "tab\tand\u{7F}", "😀/=&+ ~'\"<>"])
  func keepsKeysThatADirectoryCannotHold(key: String) async throws {
    // A folder for each: SeaweedFS keeps keys as paths, and drops a folder with the last key in it, whoever writes
    // there.
    let key = "odd-\(UUID())/\(key)"
    _ = try await put(Array(key.utf8), key)
    #expect(try await read(key).content == Array(key.utf8))
    try await s3.deleteObject(bucket: bucket, key: key)
    await #expect(throws: ObjectStoreError.notFound(location(key))) { try await read(key) }
  }

  @Test func writesALargeObjectInParts() async throws {
    let content = (0..<(17 << 20) + 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let attributes = ObjectAttributes(contentType: "image/png", cacheControl: "no-store", userMetadata: ["a": "b"])
    let eTag = try await put(content, "large", attributes)
    #expect(eTag.hasSuffix("-3"))
    let found = try await read("large", limit: content.count)
    #expect(found.info.eTag == eTag)
    #expect(found.info.attributes == attributes)
    #expect(found.content == content)
  }

  @Test func holdsALargeObjectToItsCondition() async throws {
    let content = [UInt8](repeating: 7, count: 9 << 20)
    let first = try await put(content, "large-once", condition: .ifAbsent)
    await #expect(throws: ObjectStoreError.conditionFailed(location("large-once"), .ifAbsent)) {
      try await put(content, "large-once", condition: .ifAbsent)
    }
    #expect(try await read("large-once", limit: content.count).info.eTag == first)
    try await waitUntilNoUploadIsOpen(under: "large-once")
  }

  @Test func aLargeWriteThatIsDroppedLeavesNothing() async throws {
    // A key of this test alone: the store's contract drops a small write that is finished, and so may leave an object.
    let key = "large-dropped"
    let open = try await withDedicatedThread { [store, bytes, s3, bucket] in
      let writer = try store.write(to: location(key), attributes: bytes, condition: .always)
      let piece = [UInt8](repeating: 1, count: 3 << 20)
      for _ in 0..<7 { try piece.withUnsafeBytes { try writer.write($0) } }
      let open = try runBlocking { try await s3.listMultipartUploads(bucket: bucket, prefix: key).map(\.key) }
      withExtendedLifetime(writer) {}
      return open
    }
    #expect(open == [key])
    try await waitUntilNoUploadIsOpen(under: key)
    do {
      let info = try await read(key, limit: 64 << 20).info
      Issue.record("there is an object of \(info.size) bytes with the ETag \(info.eTag), of \(info.lastModified)")
    } catch ObjectStoreError.notFound {}
  }

  @Test func tellsWhatItKnowsOfAnObjectWithoutReadingIt() async throws {
    let attributes = ObjectAttributes(
      contentType: "image/png", cacheControl: "public, max-age=604800, immutable", userMetadata: ["recipe": "a1b2"])
    for count in [0, 70_000] {
      let eTag = try await put([UInt8](repeating: 3, count: count), "head/a b+c", attributes)
      let info = try await s3.headObject(bucket: bucket, key: "head/a b+c")
      #expect(info.size == count)
      #expect(info.eTag == eTag)
      #expect((info.contentType, info.cacheControl) == ("image/png", "public, max-age=604800, immutable"))
      #expect(info.userMetadata == ["recipe": "a1b2"])
      #expect(abs(info.lastModified.timeIntervalSinceNow) < 60)
    }
    await #expect {
      _ = try await s3.headObject(bucket: bucket, key: "head/none")
    } throws: { error in
      (error as? AWSError)?.status == 404
    }
  }

  @Test func aBucketThatIsNotThereIsNoMissingObject() async throws {
    let elsewhere = ObjectLocation(bucket: "no-such-bucket-\(UUID().uuidString.lowercased())", key: "a")
    await #expect {
      _ = try await withDedicatedThread { [store] in try store.open(elsewhere).info }
    } throws: { error in
      if case .remote(let error) = error as? ObjectStoreError { error.code == "NoSuchBucket" } else { false }
    }
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
    _ = try await put(content, "ranges")
    let middle = try await s3.getObject(bucket: bucket, key: "ranges", range: 500...1499)
    #expect(middle.info.size == 100_000)
    #expect(try await middle.body.readAll(limit: 2000) == Array(content[500..<1500]))
    let tail = try await s3.getObject(bucket: bucket, key: "ranges", range: 99_990...)
    #expect(try await tail.body.readAll(limit: 2000) == Array(content[99_990...]))
    await #expect(throws: AWSError.self) {
      _ = try await s3.getObject(bucket: bucket, key: "ranges", range: 100_000...)
    }
  }

  @Test func anEmptyObjectIsReadAsOne() async throws {
    _ = try await put([], "empty")
    let found = try await read("empty", limit: 0)
    #expect(found.info.size == 0)
    #expect(found.content == [])
  }

  @Test func listsKeysInPages() async throws {
    let keys = ["list/Grüße 1+2.jpg", "list/a&b<c>", "list/a=b", "list/below/x", "list/z"]
    for key in keys {
      try await s3.putObject(bucket: bucket, key: key, body: [1, 2], attributes: .init(contentType: "a/b"))
    }
    var found: [String] = []
    var page: String?
    repeat {
      let listing = try await s3.listObjects(bucket: bucket, prefix: "list/", page: page, maxKeys: 2)
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
    _ = try await put(Array("hello".utf8), key)
    let url = try await s3.presignedGet(bucket: bucket, key: key, expiresIn: .seconds(60))
    #expect(try await get(url) == (200, "hello"))
    let forged = url.replacingOccurrences(of: "X-Amz-Expires=60", with: "X-Amz-Expires=61")
    #expect(try await get(forged).0 == 403)
  }

  @Test func handsOutAFormThatUploadsOneObjectWithinItsLimits() async throws {
    let form = try await s3.presignedPost(
      bucket: bucket, key: "web/a b+c.png", contentType: "image/png", bytes: 3...10, expiresIn: .seconds(60))
    #expect((200..<300).contains(try await post(form, file: "hello")))
    let found = try await read("web/a b+c.png")
    #expect(found.content == Array("hello".utf8))
    #expect(found.info.attributes.contentType == "image/png")
    #expect((400..<500).contains(try await post(form, file: "hello, world")))
    #expect((400..<500).contains(try await post(form, file: "no")))
    var elsewhere = form
    elsewhere.fields[0].value = "web/other.png"
    #expect(try await post(elsewhere, file: "hello") == 403)
    await #expect(throws: ObjectStoreError.notFound(location("web/other.png"))) { try await read("web/other.png") }
  }

  @Test func aFormWithAChecksumTakesTheseBytesAndNoOthers() async throws {
    let form = try await s3.presignedPost(
      bucket: bucket, key: "web/checked.png", contentType: "image/png", bytes: 5...5,
      checksum: PayloadDigest(Array("hello".utf8)).base64, expiresIn: .seconds(60))
    #expect((200..<300).contains(try await post(form, file: "hello")))
    if !isLenient { #expect((400..<500).contains(try await post(form, file: "jello"))) }
    #expect(try await read("web/checked.png").content == Array("hello".utf8))
  }

  @Test(arguments: [true, false])
  func partsAreUploadedByAddressesAndCompletedByTheirList(hasChecksums: Bool) async throws {
    let parts = [[UInt8](repeating: 1, count: 5 << 20), [UInt8](repeating: 2, count: 100)]
    let key = "web/parts-\(hasChecksums).jpg"
    let upload = try await s3.createMultipartUpload(
      bucket: bucket, key: key, attributes: S3ObjectAttributes(contentType: "image/jpeg"), hasChecksums: hasChecksums)
    #expect(try await s3.listParts(upload) == [])
    let http = try HTTPClient(trust: TrustStore(environment: [:]))
    for (number, part) in [(2, parts[1]), (1, parts[0]), (1, parts[0])] {
      let checksum = hasChecksums ? PayloadDigest(part).base64 : nil
      let url = try await s3.presignedUploadPart(upload, number: number, checksum: checksum, expiresIn: .seconds(60))
      var headers: HTTPFields = [:]
      headers["x-amz-checksum-sha256"] = checksum
      let request = HTTPRequest(method: "PUT", url: url, headers: headers, body: part)
      #expect(try await http.send(request).head.status == 200)
      let forged = HTTPRequest(
        method: "PUT", url: url.replacingOccurrences(of: "partNumber=\(number)", with: "partNumber=3"),
        headers: headers, body: part)
      #expect(try await http.send(forged).head.status == 403)
    }
    var listed = try await s3.listParts(upload)
    #expect(listed.map(\.number) == [1, 2] && listed.map(\.size) == parts.map(\.count))
    // SeaweedFS wants them and does not list them.
    if hasChecksums { for place in listed.indices { listed[place].checksum = PayloadDigest(parts[place]).base64 } }
    let eTag = try await s3.completeMultipartUpload(upload, parts: listed)
    let found = try await read(key, limit: 6 << 20)
    #expect(found.content == parts[0] + parts[1] && found.info.eTag == eTag)
    #expect(found.info.attributes.contentType == "image/jpeg")
    await #expect { try await s3.listParts(upload) } throws: { ($0 as? AWSError)?.code == "NoSuchUpload" }
  }

  /// Whether the server does not look at the checksums of forms, as ministack does not.
  private var isLenient: Bool { environment["DARKROOM_TEST_S3_IS_LENIENT"] != nil }

  private func post(_ form: S3PostForm, file: String) async throws -> Int {
    let boundary = "darkroom-boundary"
    var body = ""
    for field in form.fields {
      body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n\r\n\(field.value)\r\n"
    }
    body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"
    body += "Content-Type: image/png\r\n\r\n\(file)\r\n--\(boundary)--\r\n"
    let http = try HTTPClient(trust: TrustStore(environment: [:]))
    return try await http.send(
      HTTPRequest(
        method: "POST", url: form.url, headers: ["Content-Type": "multipart/form-data; boundary=\(boundary)"],
        body: Array(body.utf8))
    ).head.status
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
