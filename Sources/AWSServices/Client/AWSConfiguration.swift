public import FoundationEssentials

/// What AWS's own environment variables and shared files say about where and how to call its services.
public struct AWSConfiguration: Sendable {
  /// The region of services; nil when nothing names one, and a call that needs it then fails with a message that says
  /// so.
  public var region: String?
  /// How often a call is made at most: 3 unless `AWS_MAX_ATTEMPTS` says otherwise.
  public var attempts: Int
  /// How long a transfer may take, and how much of it is held in memory.
  public var limits = TransferLimits()
  /// Endpoints that replace a service's own.
  public var endpoints: [AWSService: AWSEndpoint]
  /// Whether AWS's own endpoints are to be those validated to FIPS 140.
  public var usesFIPS: Bool
  /// Whether AWS's own endpoints are to be those that are reached over IPv6 too.
  public var usesDualStack: Bool
  /// Where S3's requests name the bucket.
  public var s3AddressingStyle: S3AddressingStyle

  package let environment: [String: String]
  package let profile: Profile?

  /// Reads the environment, and the shared files that it names.
  /// - Parameter environment: The process's variables. Those that count here: `AWS_REGION`, `AWS_DEFAULT_REGION`,
  ///   `AWS_PROFILE`, `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE`, `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_S3`,
  ///   `AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL_STS`, `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`, `AWS_USE_FIPS_ENDPOINT`,
  ///   `AWS_USE_DUALSTACK_ENDPOINT`, `AWS_MAX_ATTEMPTS`, `AWS_CA_BUNDLE`, and those of the credentials' providers.
  /// - Throws: `AWSError.configuration` naming the variable or the profile's setting that is wrong.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    let environment = environment.filter { !$0.value.isEmpty }
    let files = SharedFiles(environment: environment)
    let profile = try files.chosen()
    self.environment = environment
    self.profile = profile
    let settings = Settings(environment: environment, profile: profile)

    region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? profile?["region"]
    if let region { try Self.check(region) }

    attempts = 3
    if let (name, text) = settings.value("AWS_MAX_ATTEMPTS", "max_attempts") {
      guard let count = Int(text), (1...20).contains(count) else {
        throw AWSError.configuration("\(name) is \"\(text)\", not a number from 1 to 20")
      }
      attempts = count
    }
    usesFIPS = try settings.flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
    usesDualStack = try settings.flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")

    s3AddressingStyle = .automatic
    if let profile, let text = profile.blocks["s3"]?["addressing_style"] {
      guard let style = S3AddressingStyle(rawValue: text.lowercased()) else {
        throw AWSError.configuration(
          "profile \(profile.name): addressing_style is \"\(text)\", not \(S3AddressingStyle.choices)")
      }
      s3AddressingStyle = style
    }

    endpoints = [:]
    guard try !settings.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") else { return }
    for service in AWSService.allCases {
      var inFile = profile?["endpoint_url"]
      if let profile, let section = profile["services"] {
        inFile = try files.settings(of: service.rawValue, in: section, profile: profile)["endpoint_url"] ?? inFile
      }
      if let url = environment[service.endpointVariable] ?? environment["AWS_ENDPOINT_URL"] ?? inFile {
        endpoints[service] = try AWSEndpoint(url)
      }
    }
  }

  /// Where a service is reached in a region: the endpoint that replaces its own, or its own.
  /// - Throws: `AWSError.configuration` for what is not a region, or where the service has no such endpoint.
  package func endpoint(_ service: AWSService, region: String) throws -> AWSEndpoint {
    if let endpoint = endpoints[service] { return endpoint }
    try Self.check(region)
    let host = try Partition(region: region).host(of: service, region: region, fips: usesFIPS, dualStack: usesDualStack)
    return try AWSEndpoint("https://\(host)")
  }

  /// Where responses of S3 Object Lambda go in a region: S3's endpoint where that is replaced, or their own.
  func objectLambdaEndpoint(region: String) throws -> AWSEndpoint {
    if let endpoint = endpoints[.s3] { return endpoint }
    try Self.check(region)
    let partition = Partition(region: region)
    let host = try partition.objectLambdaHost(region: region, fips: usesFIPS, dualStack: usesDualStack)
    return try AWSEndpoint("https://\(host)")
  }

  func requireRegion() throws -> String {
    guard let region else {
      throw AWSError.configuration("no AWS region: set AWS_REGION, or region in the shared configuration file")
    }
    return region
  }

  /// A region becomes part of a host's name, so nothing else may stand in it.
  static func isRegion(_ text: String) -> Bool {
    (2...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
  }

  private static func check(_ region: String) throws(AWSError) {
    guard isRegion(region) else { throw .configuration("\"\(region)\" is not an AWS region") }
    // Names that older tools take for a region's, and for more than that.
    if region.hasSuffix("-global") {
      throw .configuration("\"\(region)\" is not an AWS region but a whole partition: name one of its regions")
    }
    if region.hasPrefix("fips-") || region.hasSuffix("-fips") {
      throw .configuration(
        "\"\(region)\" is not an AWS region: name the region without \"fips\", and set AWS_USE_FIPS_ENDPOINT=true")
    }
  }

  /// Settings that a variable may hold, or a profile.
  private struct Settings {
    var environment: [String: String]
    var profile: Profile?

    func value(_ variable: String, _ setting: String) -> (name: String, text: String)? {
      if let text = environment[variable] { return (variable, text) }
      guard let profile, let text = profile[setting] else { return nil }
      return ("\(setting) of profile \(profile.name)", text)
    }

    func flag(_ variable: String, _ setting: String) throws(AWSError) -> Bool {
      guard let (name, text) = value(variable, setting) else { return false }
      switch text.lowercased() {
      case "true": return true
      case "false": return false
      default: throw .configuration("\(name) is \"\(text)\", not true or false")
      }
    }
  }
}
