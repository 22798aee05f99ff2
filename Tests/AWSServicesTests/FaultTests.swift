import AWSServices
import AWSFixtures
import Foundation
import Synchronization
import Testing

/// What the client makes of a service that fails, over real sockets.
@Suite struct FaultTests {
  @Test(arguments: [(503, "SlowDown"), (500, "InternalError"), (400, "RequestTimeout"), (429, "TooManyRequests")])
  func triesAgainAfterATransientRefusal(status: Int, code: String) async throws {
    let server = try FaultServer { $0.index < 2 ? .error(status, code) : .object([1, 2, 3]) }
    let test = try TestClient(server.url)
    let (info, body) = try await test.s3.getObject(bucket: "raw", key: "a b.jpg")
    #expect(try await body.readAll(limit: 10) == [1, 2, 3])
    #expect(info.eTag == "abc")
    #expect(info.lastModified == Date(timeIntervalSince1970: 1_795_339_800))
    #expect(server.requests.map(\.target) == Array(repeating: "/raw/a%20b.jpg", count: 3))
    #expect(test.waits == [1, 2])
  }

  @Test(arguments: [("7", 7.0), ("0", 1.0), ("3600", 20.0), ("soon", 1.0)])
  func waitsAsLongAsTheServiceAsks(header: String, seconds: Double) async throws {
    let server = try FaultServer {
      $0.index == 0 ? .error(503, "SlowDown", headers: ["Retry-After": header]) : .object([])
    }
    let test = try TestClient(server.url)
    _ = try await test.s3.getObject(bucket: "raw", key: "a")
    #expect(test.waits == [seconds])
  }

  @Test func givesUpAfterThreeAttempts() async throws {
    let server = try FaultServer { _ in .error(503, "SlowDown") }
    let test = try TestClient(server.url)
    await #expect(
      throws: AWSError.service(
        AWSCall(service: "S3", operation: "HeadObject", resource: "raw/a"),
        // A HEAD has no body, so the code is only the status.
        ServiceFailure(
          status: 503, code: "HTTP 503", message: "", requestID: "REQ1", isRetryable: true, attempts: 3))
    ) { _ = try await test.s3.headObject(bucket: "raw", key: "a") }
    #expect(server.requests.count == 3)
  }

  @Test(arguments: [(403, "AccessDenied"), (404, "NoSuchKey"), (400, "InvalidArgument"), (412, "PreconditionFailed")])
  func asksOnlyOnceWhenTheAnswerWouldBeTheSame(status: Int, code: String) async throws {
    let server = try FaultServer { _ in .error(status, code) }
    let test = try TestClient(server.url)
    await #expect {
      _ = try await test.s3.getObject(bucket: "raw", key: "a")
    } throws: { error in
      let error = try #require(error as? AWSError)
      return error.code == code && error.status == status && !error.isRetryable
        && error.description == "S3 GetObject raw/a: \(code) (status \(status), request REQ1, attempt 1): no & no"
    }
    #expect(server.requests.count == 1)
  }

  @Test func stopsRetryingWhenTheQuotaIsUsedUp() async throws {
    let server = try FaultServer { _ in .error(503, "SlowDown") }
    let test = try TestClient(server.url)
    for _ in 0..<60 { _ = try? await test.s3.headObject(bucket: "raw", key: "a") }
    // 500 tokens at 5 a retry are 100 retries; the rest fail at their first attempt.
    #expect(server.requests.count == 160)
  }

  @Test func signsEveryAttemptAnew() async throws {
    let clock = Mutex(Date(timeIntervalSince1970: 1_795_339_800))
    let server = try FaultServer { request in request.index == 0 ? .error(500, "InternalError") : .object([]) }
    let test = try TestClient(
      server.url,
      now: {
        clock.withLock {
          $0.addTimeInterval(2)
          return $0
        }
      })
    _ = try await test.s3.getObject(bucket: "raw", key: "a")
    let dates = server.requests.map { $0.headers["x-amz-date"] }
    let signatures = server.requests.map { $0.headers["authorization"] }
    #expect(dates[0] != dates[1])
    #expect(signatures[0] != signatures[1])
  }

  @Test(arguments: [FaultServer.Fault.lost, .silence(milliseconds: 3000)])
  func triesAgainWhenTheAnswerIsLost(fault: FaultServer.Fault) async throws {
    let server = try FaultServer { $0.index == 0 ? .init(text: "", fault: fault) : .init(204) }
    let test = try TestClient(server.url, idleTimeout: .seconds(1))
    try await test.s3.deleteObject(bucket: "raw", key: "a")
    #expect(server.requests.map(\.method) == ["DELETE", "DELETE"])
  }

  @Test func aListingThatIsCutShortIsAskedForAgain() async throws {
    let listing = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
    let server = try FaultServer { .init(text: listing, fault: $0.index == 0 ? .closedAfter(20) : .none) }
    let test = try TestClient(server.url)
    #expect(try await test.s3.listObjects(bucket: "raw").objects == [])
    #expect(server.requests.count == 2)
  }

  @Test func aListingThatGoesOnAndDoesNotSayWhereIsAFault() async throws {
    for token in ["", "<NextContinuationToken></NextContinuationToken>"] {
      let server = try FaultServer { _ in
        .init(text: "<ListBucketResult><IsTruncated>true</IsTruncated>\(token)</ListBucketResult>")
      }
      let error = await #expect(throws: AWSError.self) {
        try await TestClient(server.url).s3.listObjects(bucket: "raw")
      }
      #expect(error?.description.contains("does not say where") == true)
    }
  }

  @Test func aSlowDripArrives() async throws {
    let content = (0..<40).map { UInt8($0) }
    let server = try FaultServer { _ in .object(content, fault: .drip(bytes: 1, milliseconds: 10)) }
    let (_, body) = try await TestClient(server.url).s3.getObject(bucket: "raw", key: "a")
    #expect(try await body.readAll(limit: 100) == content)
  }

  @Test func aDripThatIsTooSlowIsGivenUp() async throws {
    let server = try FaultServer { _ in
      .object([UInt8](repeating: 0, count: 1000), fault: .drip(bytes: 1, milliseconds: 100))
    }
    let (_, body) = try await TestClient(server.url, idleTimeout: .seconds(1)).s3.getObject(bucket: "raw", key: "a")
    await #expect {
      _ = try await body.readAll(limit: 10_000)
    } throws: { error in
      (error as? AWSError)?.isRetryable == true
    }
  }

  @Test(arguments: ["<Error><Code>InternalError</Code></Error>", "", "<html>", "{}"])
  func anErrorWithinA200IsAFailure(body: String) async throws {
    let good = "<CompleteMultipartUploadResult><ETag>&quot;abc-2&quot;</ETag></CompleteMultipartUploadResult>"
    let server = try FaultServer { request in
      if request.target.hasSuffix("?uploads=") {
        return .init(text: "<InitiateMultipartUploadResult><UploadId>U/1+</UploadId></InitiateMultipartUploadResult>")
      }
      return .init(text: request.index == 1 ? body : good)
    }
    let test = try TestClient(server.url)
    let upload = try await test.s3.createMultipartUpload(bucket: "raw", key: "a", attributes: .init(contentType: "a/b"))
    #expect(upload.uploadID == "U/1+")
    #expect(try await test.s3.completeMultipartUpload(upload, parts: []) == "abc-2")
    #expect(
      server.requests.map(\.target) == ["/raw/a?uploads="] + Array(repeating: "/raw/a?uploadId=U%2F1%2B", count: 2))
    #expect(test.waits == [1])
  }

  @Test(arguments: [301, 307, 400])
  func goesToTheBucketsRegionAndStaysThere(status: Int) async throws {
    let server = try FaultServer { request in
      request.headers["authorization"]?.contains("/us-west-2/s3/") == true
        ? .object([])
        : .error(
          status, status == 400 ? "AuthorizationHeaderMalformed" : "PermanentRedirect",
          headers: ["x-amz-bucket-region": "us-west-2"])
    }
    let test = try TestClient(server.url)
    let s3 = test.s3
    _ = try await s3.getObject(bucket: "raw", key: "a")
    _ = try await s3.getObject(bucket: "raw", key: "b")
    #expect(server.requests.count == 3)
    #expect(test.waits == [])
  }

  @Test func aServerThatSendsItInCirclesIsLeft() async throws {
    let server = try FaultServer { .error(301, "PermanentRedirect", headers: ["x-amz-bucket-region": "r\($0.index)"]) }
    await #expect {
      _ = try await TestClient(server.url).s3.headObject(bucket: "raw", key: "a")
    } throws: { error in
      (error as? AWSError)?.status == 301
    }
    #expect(server.requests.count == 2)
  }

  @Test func aRedirectThatNamesNoRegionIsToldAsItIs() async throws {
    let server = try FaultServer { _ in .error(301, "PermanentRedirect") }
    await #expect {
      _ = try await TestClient(server.url).s3.getObject(bucket: "raw", key: "a")
    } throws: { error in
      "\(error)" == "S3 GetObject raw/a: PermanentRedirect (status 301, request REQ1, attempt 1): no & no"
    }
    #expect(server.requests.count == 1)
  }

  @Test func aBodyThatIsCutShortIsAnErrorThatIsTriedAgain() async throws {
    for fault in [FaultServer.Fault.closedAfter(500), .resetAfter(500)] {
      let server = try FaultServer { _ in .object([UInt8](repeating: 1, count: 1000), fault: fault) }
      let (info, body) = try await TestClient(server.url).s3.getObject(bucket: "raw", key: "a")
      #expect(info.size == 1000)
      await #expect {
        _ = try await body.readAll(limit: 1000)
      } throws: { error in
        if case .network(_, _, isRetryable: true) = error as? AWSError { true } else { false }
      }
    }
  }

  @Test func fetchesNewCredentialsWhenTheOldOnesAreRefused() async throws {
    final class Provider: CredentialsProvider {
      let numbered = Mutex(0)
      func credentials() -> Credentials? {
        numbered.withLock {
          $0 += 1
          return Credentials(accessKeyID: "KEY\($0)", secretAccessKey: "s")
        }
      }
    }
    let server = try FaultServer {
      $0.headers["authorization"]?.contains("KEY1/") == true ? .error(400, "ExpiredToken") : .object([])
    }
    let test = try TestClient(server.url, credentials: Provider())
    _ = try await test.s3.getObject(bucket: "raw", key: "a")
    #expect(server.requests.count == 2)
  }

  @Test func credentialsThatStayRefusedAreToldAfterOneRenewal() async throws {
    let server = try FaultServer { _ in .error(400, "ExpiredToken") }
    let test = try TestClient(server.url)
    await #expect {
      _ = try await test.s3.getObject(bucket: "raw", key: "a")
    } throws: { error in
      (error as? AWSError)?.code == "ExpiredToken"
    }
    #expect(server.requests.count == 2)
    #expect(test.waits == [])
  }

  @Test func anAnswerThatIsNoObjectIsAnError() async throws {
    let server = try FaultServer { _ in .init(text: "hello") }
    await #expect(
      throws: AWSError.invalidResponse(
        AWSCall(service: "S3", operation: "GetObject", resource: "raw/a"), reason: "no ETag")
    ) { _ = try await TestClient(server.url).s3.getObject(bucket: "raw", key: "a") }
  }

  @Test(arguments: ["", "..", "a/b", "a?b", "evil.com#", "a b"])
  func aBucketCannotLeadElsewhere(bucket: String) async throws {
    await #expect {
      _ = try await TestClient("http://127.0.0.1:1").s3.headObject(bucket: bucket, key: "a")
    } throws: { error in
      if case .invalidRequest = error as? AWSError { true } else { false }
    }
  }
}
