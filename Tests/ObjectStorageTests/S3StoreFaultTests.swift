import AWSServices
import AWSFixtures
import Foundation
import ObjectStorage
import Testing
import Threads

/// What the store makes of S3 when it fails in the middle, over real sockets.
@Suite struct S3StoreFaultTests {
  let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
  let location = ObjectLocation(bucket: "raw", key: "dt=2026/a b.jpg")
  let attributes = ObjectAttributes(contentType: "image/jpeg")

  private func store(_ test: TestClient) -> S3Store { S3Store(s3: test.s3) }

  private func read(_ store: S3Store, limit: Int = 1 << 20) async throws -> [UInt8] {
    try await withDedicatedThread { [location] in try store.open(location).readAll(limit: limit) }
  }

  private func put(
    _ store: S3Store, _ content: [UInt8], condition: WriteCondition = .always
  ) async throws -> String {
    try await withDedicatedThread { [location, attributes] in
      try store.put(content, to: location, attributes: attributes, condition: condition)
    }
  }

  /// Answers a GET, or the rest of one from the byte that it asks for.
  @Sendable private func object(_ request: FaultServer.Request, fault: FaultServer.Fault) -> FaultServer.Answer {
    guard let range = request.headers["range"] else { return .object(content, fault: fault) }
    let start = Int(range.dropFirst("bytes=".count).dropLast()) ?? 0
    return .object(
      Array(content[start...]), status: 206,
      headers: ["Content-Range": "bytes \(start)-\(content.count - 1)/\(content.count)"], fault: fault)
  }

  @Test func aBucketThatNoneCanBeNamedLikeIsAFaultOfTheName() async throws {
    let store = store(try TestClient("http://127.0.0.1:9"))
    let odd = ObjectLocation(bucket: "no bucket", key: "a")
    let why = try await withDedicatedThread { () -> String? in
      do { _ = try store.open(odd) } catch ObjectStoreError.invalidKey(odd, let why) { return why }
      return nil
    }
    #expect(why?.contains("is not a bucket's name") == true)
  }

  @Test(arguments: [FaultServer.Fault.closedAfter(70_000), .resetAfter(70_000)])
  func takesUpADownloadWhereItBrokeOff(fault: FaultServer.Fault) async throws {
    let server = try FaultServer { [self] in object($0, fault: $0.index < 2 ? fault : .none) }
    let test = try TestClient(server.url)
    #expect(try await read(store(test)) == content)
    let requests = server.requests
    #expect(requests.count == 3)
    #expect(requests[1].headers["if-match"] == "\"abc\"")
    #expect(requests.map(\.target) == Array(repeating: "/raw/dt%3D2026/a%20b.jpg", count: 3))
    // However much of the first piece arrived before the reset, the second asks for the very next byte.
    let first = try #require(requests[1].headers["range"].flatMap { Int($0.dropFirst(6).dropLast()) })
    #expect((1...70_000).contains(first))
  }

  @Test func givesUpADownloadThatMakesNoProgress() async throws {
    let server = try FaultServer { [self] in object($0, fault: .closedAfter($0.index == 0 ? 1000 : 0)) }
    let test = try TestClient(server.url)
    await #expect {
      _ = try await read(store(test))
    } throws: { error in
      if case .remote(.network(_, _, isRetryable: true)) = error as? ObjectStoreError { true } else { false }
    }
    #expect(server.requests.count == 4)
    #expect(test.waits == [1, 2, 4])
  }

  @Test func givesUpADownloadThatOnlyDrips() async throws {
    let server = try FaultServer { [self] in object($0, fault: .drip(bytes: 10, milliseconds: 100)) }
    let test = try TestClient(server.url, idleTimeout: .seconds(1))
    await #expect {
      _ = try await read(store(test))
    } throws: { error in
      if case .remote(.network(_, _, isRetryable: true)) = error as? ObjectStoreError { true } else { false }
    }
    #expect(server.requests.count == 4)
  }

  @Test func doesNotMixTwoObjects() async throws {
    let server = try FaultServer { [self] in
      $0.index == 0 ? object($0, fault: .closedAfter(1000)) : .error(412, "PreconditionFailed")
    }
    let test = try TestClient(server.url)
    await #expect(throws: ObjectStoreError.conditionFailed(location, .ifMatches(eTag: "abc"))) {
      _ = try await read(store(test))
    }
  }

  @Test func endsTheDownloadThatNobodyWantsToTheEnd() async throws {
    let large = [UInt8](repeating: 1, count: 64 << 20)
    let server = try FaultServer { _ in .object(large) }
    let test = try TestClient(server.url)
    let first = try await withDedicatedThread { [location] in
      let reader = try store(test).open(location)
      var buffer = [UInt8](repeating: 0, count: 1000)
      return try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
    }
    #expect(first > 0)
    try await Task.sleep(for: .milliseconds(200))
    #expect(server.sentBytes < 16 << 20)
  }

  @Test func tellsThatThereIsNothing() async throws {
    let server = try FaultServer { _ in .error(404, "NoSuchKey") }
    let test = try TestClient(server.url)
    await #expect(throws: ObjectStoreError.notFound(location)) { _ = try await read(store(test)) }
  }

  @Test(arguments: [
    FaultServer.Answer.error(404, "NoSuchBucket"), .init(404, text: "<html><body>not found</body></html>"),
    .init(404, text: ""),
  ])
  func takesNoOther404ForAMissingObject(answer: FaultServer.Answer) async throws {
    let server = try FaultServer { _ in answer }
    let test = try TestClient(server.url)
    await #expect {
      _ = try await read(store(test))
    } throws: { error in
      if case .remote(let error) = error as? ObjectStoreError { error.status == 404 } else { false }
    }
  }

  @Test(arguments: [
    // Of a range from byte 1000 on of 200,000: another start, another length, nothing that could be read.
    "bytes 0-198999/200000", "bytes 1001-199999/200000", "bytes 1000-199999/200001", "bytes 1000-200000/200000",
    "bytes 1000-199999/*", "items 1000-199999/200000", "",
  ])
  func takesNoOtherBytesForTheRest(range: String) async throws {
    let server = try FaultServer { [self] in
      $0.index == 0
        ? object($0, fault: .closedAfter(1000))
        : .object(Array(content[1000...]), status: 206, headers: ["Content-Range": range])
    }
    let test = try TestClient(server.url)
    await #expect {
      _ = try await read(store(test))
    } throws: { error in
      if case .remote(.invalidResponse) = error as? ObjectStoreError { true } else { false }
    }
  }

  @Test func tellsWhatTheServiceSaid() async throws {
    let server = try FaultServer { _ in .error(403, "AccessDenied") }
    let test = try TestClient(server.url)
    await #expect {
      _ = try await read(store(test))
    } throws: { error in
      "\(error)" == "S3 GetObject \(location): AccessDenied (status 403, request REQ1, attempt 1): no & no"
    }
  }

  @Test func knowsItsOwnWriteAgainWhenTheAnswerWasLost() async throws {
    // The first PUT takes effect and its answer is lost, so the second one finds an object there.
    let server = try FaultServer { [self] request in
      switch request.index {
      case 0: .init(fault: .lost)
      case 1: .error(412, "PreconditionFailed")
      default: .object(content, eTag: "mine")
      }
    }
    let test = try TestClient(server.url)
    #expect(try await put(store(test), content, condition: .ifAbsent) == "mine")
    #expect(server.requests.map(\.method) == ["PUT", "PUT", "GET"])
    #expect(server.requests.prefix(2).allSatisfy { $0.headers["if-none-match"] == "*" && $0.body == content })
  }

  @Test func knowsItsOwnWriteAgainOnAConnectionThatWasUsedBefore() async throws {
    // libcurl repeats by itself what it sent on such a connection, unless it is kept from it.
    let server = try FaultServer { [self] request in
      switch request.index {
      case 1: .init(fault: .lost)
      case 2: .error(412, "PreconditionFailed")
      default: .object(content, eTag: "mine")
      }
    }
    let test = try TestClient(server.url)
    let store = store(test)
    _ = try await read(store)
    #expect(try await put(store, content, condition: .ifAbsent) == "mine")
    #expect(server.requests.map(\.method) == ["GET", "PUT", "PUT", "GET"])
    #expect(server.requests.prefix(2).map(\.connection) == [0, 0])
    #expect(test.waits == [1])
  }

  @Test func takesNobodyElsesWriteForItsOwn() async throws {
    let other = content.dropLast() + [255]
    let server = try FaultServer { request in
      switch request.index {
      case 0: .init(fault: .lost)
      case 1: .error(412, "PreconditionFailed")
      default: .object(Array(other), eTag: "theirs")
      }
    }
    let test = try TestClient(server.url)
    await #expect(throws: ObjectStoreError.conditionFailed(location, .ifAbsent)) {
      _ = try await put(store(test), content, condition: .ifAbsent)
    }
  }

  @Test func asksNobodyWhenTheFirstAttemptWasRefused() async throws {
    let server = try FaultServer { _ in .error(412, "PreconditionFailed") }
    let test = try TestClient(server.url)
    await #expect(throws: ObjectStoreError.conditionFailed(location, .ifMatches(eTag: "old"))) {
      _ = try await put(store(test), content, condition: .ifMatches(eTag: "old"))
    }
    #expect(server.requests.map(\.method) == ["PUT"])
    #expect(server.requests[0].headers["if-match"] == "\"old\"")
  }

  @Test func triesAgainWhenTwoWriteAtTheSameMoment() async throws {
    let server = try FaultServer {
      $0.index == 0 ? .error(409, "ConditionalRequestConflict") : .init(headers: ["ETag": "\"e\""])
    }
    let test = try TestClient(server.url)
    #expect(try await put(store(test), content, condition: .ifAbsent) == "e")
  }

  @Test func sendsTheChecksumOfWhatItSends() async throws {
    let server = try FaultServer { _ in .init(headers: ["ETag": "\"e\""]) }
    let test = try TestClient(server.url)
    _ = try await put(store(test), Array("Welcome to Amazon S3.".utf8))
    let headers = server.requests[0].headers
    #expect(headers["x-amz-content-sha256"] == "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
    #expect(headers["x-amz-checksum-sha256"] == "RM591nyVng01JP+sF3Hfu6h9K2tLTpnkIDSouAP4sHI=")
    #expect(headers["content-type"] == "image/jpeg")
  }

  @Test func abortsAnUploadOfWhichAPartFails() async throws {
    let server = try FaultServer { request in
      if request.target.hasSuffix("?uploads=") {
        return .init(text: "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
      }
      if request.method == "DELETE" { return .init(204) }
      return request.target.contains("partNumber=2") ? .error(403, "AccessDenied") : .init(headers: ["ETag": "\"p\""])
    }
    let test = try TestClient(server.url)
    await #expect(throws: ObjectStoreError.self) {
      _ = try await put(store(test), [UInt8](repeating: 1, count: 30 << 20))
    }
    for _ in 0..<200 where !server.requests.contains(where: { $0.method == "DELETE" }) {
      try await Task.sleep(for: .milliseconds(10))
    }
    let last = try #require(server.requests.last)
    #expect(last.method == "DELETE")
    #expect(last.target == "/raw/dt%3D2026/a%20b.jpg?uploadId=u")
  }
}
