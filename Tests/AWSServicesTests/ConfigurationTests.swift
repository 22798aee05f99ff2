import AWSServices
import AWSFixtures
import Testing

@Suite struct ConfigurationTests {
  private func configuration(_ environment: [String: String]) throws -> AWSConfiguration {
    let none = ["AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"]
    return try AWSConfiguration(environment: none.merging(environment) { $1 })
  }

  /// The URL of an object, as a presigned one shows it.
  private func url(_ environment: [String: String], bucket: String = "raw", key: String = "a b") async throws -> String
  {
    let keys = ["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-central-1"]
    let client = try AWSClient(configuration: try configuration(keys.merging(environment) { $1 }))
    let url = try await S3Client(client: client).presignedGet(bucket: bucket, key: key, expiresIn: .seconds(60))
    return String(url.prefix { $0 != "?" })
  }

  @Test func callsTheRegionsOwnEndpointWithTheBucketInFront() async throws {
    #expect(try await url([:]) == "https://raw.s3.eu-central-1.amazonaws.com/a%20b")
    #expect(try await url(["AWS_REGION": "cn-north-1"]) == "https://raw.s3.cn-north-1.amazonaws.com.cn/a%20b")
    #expect(try await url([:], bucket: "raw.dots") == "https://s3.eu-central-1.amazonaws.com/raw.dots/a%20b")
  }

  @Test func callsTheEndpointThatTheEnvironmentNames() async throws {
    #expect(try await url(["AWS_ENDPOINT_URL": "http://127.0.0.1:4566/"]) == "http://127.0.0.1:4566/raw/a%20b")
    #expect(
      try await url(["AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3": "http://localhost:8333"])
        == "http://localhost:8333/raw/a%20b")
    #expect(try await url(["AWS_ENDPOINT_URL_S3": "https://[::1]:443/base"]) == "https://[::1]/base/raw/a%20b")
    #expect(try await url(["AWS_ENDPOINT_URL_S3": "https://store.example"]) == "https://raw.store.example/a%20b")
    #expect(
      try await url(["AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"])
        == "https://raw.s3.eu-central-1.amazonaws.com/a%20b")
  }

  @Test(arguments: [
    "localhost", "ftp://a", "http://", "http://a:0", "http://a:70000", "http://a:b", "http://u@a", "http://[::1",
    "http://a b", "http:///x",
  ])
  func refusesAnEndpointThatIsNone(url: String) {
    #expect(throws: AWSError.self) { try configuration(["AWS_ENDPOINT_URL": url]) }
  }

  @Test(arguments: [
    ["AWS_REGION": "eu/central"], ["AWS_REGION": "a.evil.com#"], ["AWS_MAX_ATTEMPTS": "0"],
    ["AWS_MAX_ATTEMPTS": "three"],
  ])
  func refusesASettingThatIsNone(environment: [String: String]) {
    #expect(throws: AWSError.self) { try configuration(environment) }
  }

  @Test func saysThatTheRegionIsMissing() async throws {
    let client = try AWSClient(configuration: try configuration(["AWS_ENDPOINT_URL": "http://127.0.0.1:1"]))
    await #expect(
      throws: AWSError.configuration(
        "no AWS region: set AWS_REGION, or region in the shared configuration file")
    ) { _ = try await SQSClient(client: client).receive(from: "q") }
  }
}

@Suite struct RetryPolicyTests {
  @Test func waitsTwiceAsLongEachTimeUpTo20Seconds() {
    let latest = RetryPolicy(random: { 1 }, sleep: { _ in })
    #expect((0..<8).map(latest.backoff) == [1, 2, 4, 8, 16, 20, 20, 20])
    let half = RetryPolicy(random: { 0.5 }, sleep: { _ in })
    #expect(half.backoff(beforeRetry: 2) == 2)
  }

  @Test func waitsAnythingFromNothingToThat() {
    let policy = RetryPolicy()
    let waits = (0..<200).map { _ in policy.backoff(beforeRetry: 1) }
    #expect(waits.allSatisfy { (0...2).contains($0) })
    #expect(Set(waits).count > 100)
  }
}
