import AWSServices
import Foundation
import Testing

/// Where AWS's services are in each partition.
@Suite struct EndpointTests {
  private func configuration(_ environment: [String: String], config: String = "") throws -> AWSConfiguration {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("config-\(UUID())")
    try Data(config.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let files = ["AWS_CONFIG_FILE": file.path, "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"]
    return try AWSConfiguration(environment: files.merging(environment) { $1 })
  }

  private func hosts(_ environment: [String: String], region: String) throws -> [String] {
    let configuration = try configuration(environment)
    return try AWSService.allCases.map { try configuration.endpoint($0, region: region).host }
  }

  @Test(arguments: [
    ("eu-central-1", "amazonaws.com"), ("cn-north-1", "amazonaws.com.cn"), ("us-gov-west-1", "amazonaws.com"),
    ("us-iso-east-1", "c2s.ic.gov"), ("us-isob-east-1", "sc2s.sgov.gov"), ("eu-isoe-west-1", "cloud.adc-e.uk"),
    ("us-isof-south-1", "csp.hci.ic.gov"), ("eusc-de-east-1", "amazonaws.eu"), ("xx-new-1", "amazonaws.com"),
  ])
  func everyPartitionHasADomain(region: String, domain: String) throws {
    #expect(try hosts([:], region: region) == ["s3", "sqs", "sts"].map { "\($0).\(region).\(domain)" })
  }

  @Test func fipsAndDualStackAreAskedForByTheEnvironment() throws {
    let (fips, dualStack) = (["AWS_USE_FIPS_ENDPOINT": "true"], ["AWS_USE_DUALSTACK_ENDPOINT": "TRUE"])
    #expect(
      try hosts(fips, region: "us-east-1")
        == ["s3-fips.us-east-1.amazonaws.com", "sqs-fips.us-east-1.amazonaws.com", "sts-fips.us-east-1.amazonaws.com"])
    #expect(
      try hosts(dualStack, region: "us-east-1")
        == ["s3.dualstack.us-east-1.amazonaws.com", "sqs.us-east-1.api.aws", "sts.us-east-1.api.aws"])
    #expect(
      try hosts(fips.merging(dualStack) { $1 }, region: "us-gov-west-1")
        == [
          "s3-fips.dualstack.us-gov-west-1.amazonaws.com", "sqs-fips.us-gov-west-1.api.aws",
          "sts-fips.us-gov-west-1.api.aws",
        ])
    #expect(throws: AWSError.self) { try hosts(fips, region: "cn-north-1") }
  }

  @Test func fipsAndDualStackAreAskedForByAProfile() throws {
    let config = "[default]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n"
    #expect(
      try configuration([:], config: config).endpoint(.s3, region: "r1").host == "s3-fips.dualstack.r1.amazonaws.com")
    // The environment goes before the profile.
    let off = ["AWS_USE_FIPS_ENDPOINT": "false"]
    #expect(try configuration(off, config: config).endpoint(.s3, region: "r1").host == "s3.dualstack.r1.amazonaws.com")
  }

  @Test func servicesHaveEndpointsOfTheirOwnInAProfile() throws {
    let config = """
      [default]
      services = local
      endpoint_url = http://all.example
      [services local]
      s3 =
        endpoint_url = http://s3.example
      sns =
        endpoint_url = http://sns.example
      """
    func origins(_ environment: [String: String]) throws -> [String] {
      let configuration = try configuration(environment, config: config)
      return try AWSService.allCases.map { "\(try configuration.endpoint($0, region: "r1"))" }
    }
    #expect(try origins([:]) == ["http://s3.example", "http://all.example", "http://all.example"])
    // Every variable goes before every file.
    #expect(try origins(["AWS_ENDPOINT_URL": "http://e.example"]) == Array(repeating: "http://e.example", count: 3))
    #expect(try origins(["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"])[0] == "https://s3.r1.amazonaws.com")
    let ignoring = config.replacing("[default]", with: "[default]\nignore_configured_endpoint_urls = true")
    #expect(try configuration([:], config: ignoring).endpoints.isEmpty)
  }

  @Test(arguments: [
    ("[default]\nservices = gone\n", "[services gone] is not there, and profile default names it"),
    (
      "[default]\nservices = s\n[services s]\nendpoint_url = http://a\n",
      "which is to stand indented below a service's name"
    ),
    ("[default]\nuse_fips_endpoint = yes\n", "use_fips_endpoint of profile default is \"yes\", not true or false"),
    ("[default]\nmax_attempts = many\n", "max_attempts of profile default is \"many\", not a number from 1 to 20"),
    ("[default]\nregion = aws-global\n", "not an AWS region but a whole partition"),
    ("[default]\nregion = fips-us-gov-west-1\n", "name the region without \"fips\""),
    ("[default]\ns3 =\n  addressing_style = host\n", "addressing_style is \"host\", not auto, path, virtual"),
    ("[default]\nendpoint_url = nonsense\n", "the endpoint \"nonsense\" begins with neither"),
  ])
  func refusesASettingByItsName(config: String, words: String) {
    #expect {
      try configuration([:], config: config)
    } throws: { "\($0)".contains(words) }
  }

  @Test(arguments: ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"])
  func refusesAVariableByItsName(name: String) {
    #expect(throws: AWSError.configuration("\(name) is \"1\", not true or false")) { try configuration([name: "1"]) }
  }

  // MARK: Where the bucket is named

  private func url(_ endpoint: String, bucket: String = "raw", _ style: S3AddressingStyle) async throws -> String {
    var configuration = try configuration([
      "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "r1", "AWS_ENDPOINT_URL": endpoint,
    ])
    configuration.s3AddressingStyle = style
    let client = S3Client(client: try AWSClient(configuration: configuration))
    return String(try await client.presignedGet(bucket: bucket, key: "k", expiresIn: .seconds(60)).prefix { $0 != "?" })
  }

  @Test func bucketsAreNamedWhereTheServerExpectsThem() async throws {
    #expect(try await url("http://minio:9000", .automatic) == "http://minio:9000/raw/k")
    #expect(try await url("http://minio:9000", .virtual) == "http://raw.minio:9000/k")
    #expect(try await url("https://store.example", .automatic) == "https://raw.store.example/k")
    #expect(try await url("https://store.example", .path) == "https://store.example/raw/k")
    #expect(try await url("http://localhost:1", .automatic) == "http://localhost:1/raw/k")
    #expect(try await url("http://localhost:1", .virtual) == "http://raw.localhost:1/k")
    #expect(try await url("http://127.0.0.1:1", .virtual) == "http://127.0.0.1:1/raw/k")
    #expect(try await url("https://store.example", bucket: "a.b", .virtual) == "https://store.example/a.b/k")
  }

  @Test func aProfileSaysWhereBucketsAreNamed() throws {
    let config = "[default]\ns3 =\n  addressing_style = path\n"
    #expect(try configuration([:], config: config).s3AddressingStyle == .path)
  }
}
