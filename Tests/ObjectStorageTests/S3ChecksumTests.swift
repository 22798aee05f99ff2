import AWSFixtures
import AWSServices
import Encodings
import ObjectStorage
import Testing
import Threads

/// What the store makes of the checksums that S3 sends with an object.
@Suite struct S3ChecksumTests {
  let location = ObjectLocation(bucket: "raw", key: "a.jpg")
  let content = Array("123456789".utf8)

  private func read(_ headers: [String: String], fault: FaultServer.Fault = .none) async throws -> [UInt8] {
    let server = try FaultServer { request in
      #expect((request.headers["x-amz-checksum-mode"] == "ENABLED") == (request.headers["range"] == nil))
      if request.headers["range"] != nil {
        return .object(Array(content[4...]), status: 206, headers: ["Content-Range": "bytes 4-8/9"])
      }
      return .object(content, headers: headers, fault: fault)
    }
    let test = try TestClient(server.url)
    return try await withDedicatedThread { [location] in
      try S3Store(s3: test.s3).open(location).readAll(limit: 100)
    }
  }

  /// The checks of "123456789" that each algorithm's catalogue entry gives, in Base64.
  static let right = [
    ("x-amz-checksum-crc32", "y/Q5Jg=="), ("x-amz-checksum-crc32c", "4waSgw=="),
    ("x-amz-checksum-crc64nvme", "rosUhgp5mIg="),
    ("x-amz-checksum-sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
  ]

  @Test(arguments: right)
  func anObjectWithItsRightChecksumIsRead(header: String, value: String) async throws {
    #expect(try await read([header: value, "x-amz-checksum-type": "FULL_OBJECT"]) == content)
    // The download breaks off in between, and its rest comes with another answer.
    #expect(try await read([header: value], fault: .closedAfter(4)) == content)
  }

  @Test(arguments: right)
  func anObjectWithAnotherChecksumIsAnErrorThatIsTriedAgain(header: String, value: String) async throws {
    let wrong = "AAAA" + value.dropFirst(4)
    for fault in [FaultServer.Fault.none, .closedAfter(4)] {
      await #expect {
        _ = try await read([header: wrong], fault: fault)
      } throws: { error in
        guard case .remote(let error) = error as? ObjectStoreError,
          case .corrupted(_, _, wrong, value) = error
        else { return false }
        return error.isRetryable
      }
    }
  }

  @Test func checksumsOfPartsAreNoneOfTheWhole() async throws {
    #expect(try await read(["x-amz-checksum-sha256": "AAAA", "x-amz-checksum-type": "COMPOSITE"]) == content)
    #expect(try await read(["x-amz-checksum-crc32": "AAAAAA==-3"]) == content)
  }
}
