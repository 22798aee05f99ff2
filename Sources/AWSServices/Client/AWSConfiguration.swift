/// What AWS's own environment variables and shared files say about where and how to call its services.
public struct AWSConfiguration: Sendable {
  /// nil when nothing names one; a call that needs it then fails with a message that says so.
  public var region: String?
  /// How often a call is made at most: 3 unless `AWS_MAX_ATTEMPTS` says otherwise.
  public var attempts: Int
  /// How long a transfer may take, and how much of it is held in memory.
  public var limits = TransferLimits()
  /// Endpoints that replace a service's own, by the service's name in upper case; "" holds for all others.
  public var endpoints: [String: Endpoint]

  package let environment: [String: String]
  package let profile: Profile?

  /// - Parameter environment: The process's variables. Those that count here: `AWS_REGION`, `AWS_DEFAULT_REGION`,
  ///   `AWS_PROFILE`, `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE`, `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_S3`,
  ///   `AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL_STS`, `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`, `AWS_MAX_ATTEMPTS`,
  ///   `AWS_CA_BUNDLE`, and those of the credentials' providers.
  /// - Throws: `AWSError.configuration` naming the variable that is wrong.
  public init(environment: [String: String]) throws {
    let environment = environment.filter { !$0.value.isEmpty }
    self.environment = environment
    profile = try SharedFiles(environment: environment).chosen()

    region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? profile?["region"]
    if let region, !Self.isRegion(region) { throw AWSError.configuration("\"\(region)\" is no AWS region") }

    attempts = 3
    if let text = environment["AWS_MAX_ATTEMPTS"] ?? profile?["max_attempts"] {
      guard let count = Int(text), (1...20).contains(count) else {
        throw AWSError.configuration("AWS_MAX_ATTEMPTS is \"\(text)\", not a number from 1 to 20")
      }
      attempts = count
    }

    endpoints = [:]
    guard environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() != "true" else { return }
    for service in ["", "S3", "SQS", "STS"] {
      let name = service.isEmpty ? "AWS_ENDPOINT_URL" : "AWS_ENDPOINT_URL_\(service)"
      if let url = environment[name] ?? (service.isEmpty ? profile?["endpoint_url"] : nil) {
        endpoints[service] = try Endpoint(url)
      }
    }
  }

  /// The endpoint that replaces a service's own, if any.
  func override(_ service: String) -> Endpoint? { endpoints[service] ?? endpoints[""] }

  /// Where a service is reached in a region, unless an endpoint replaces it.
  func endpoint(_ service: String, region: String) throws -> Endpoint {
    if let override = override(service) { return override }
    guard Self.isRegion(region) else { throw AWSError.configuration("\"\(region)\" is no AWS region") }
    let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    return try Endpoint("https://\(service.lowercased()).\(region).\(suffix)")
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
}
