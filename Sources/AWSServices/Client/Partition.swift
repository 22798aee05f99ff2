/// A group of AWS's regions that has domains of its own.
///
/// Source: botocore's `partitions.json`, against which a test holds this table.
struct Partition: Sendable, Equatable {
  /// As it stands in ARNs.
  let id: String
  /// What the names of its regions begin with; empty for the one that all others belong to.
  let regionPrefix: String
  /// The end of a host's name.
  let domain: String
  /// The same for hosts that are reached over IPv6 too.
  ///
  /// S3 has other names for those.
  let dualStackDomain: String

  static let all = [
    Partition("aws-cn", "cn-", "amazonaws.com.cn", dualStack: "api.amazonwebservices.com.cn"),
    Partition("aws-us-gov", "us-gov-", "amazonaws.com", dualStack: "api.aws"),
    Partition("aws-iso", "us-iso-", "c2s.ic.gov", dualStack: "api.aws.ic.gov"),
    Partition("aws-iso-b", "us-isob-", "sc2s.sgov.gov", dualStack: "api.aws.scloud"),
    Partition("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", dualStack: "api.cloud-aws.adc-e.uk"),
    Partition("aws-iso-f", "us-isof-", "csp.hci.ic.gov", dualStack: "api.aws.hci.ic.gov"),
    Partition("aws-eusc", "eusc-", "amazonaws.eu", dualStack: "api.amazonwebservices.eu"),
    Partition("aws", "", "amazonaws.com", dualStack: "api.aws"),
  ]

  private init(_ id: String, _ regionPrefix: String, _ domain: String, dualStack dualStackDomain: String) {
    self.id = id
    self.regionPrefix = regionPrefix
    self.domain = domain
    self.dualStackDomain = dualStackDomain
  }

  /// The partition of a region.
  ///
  /// One that is not known yet belongs to the commercial partition.
  init(region: String) { self = Self.all.first { region.hasPrefix($0.regionPrefix) } ?? Self.all[Self.all.count - 1] }

  /// The host that takes responses of S3 Object Lambda, in a region of this partition.
  ///
  /// Source: botocore's `endpoint-rule-set-1.json` of S3, `UseObjectLambdaEndpoint`.
  func objectLambdaHost(region: String, fips: Bool, dualStack: Bool) throws(AWSError) -> String {
    guard !dualStack else {
      throw .configuration("S3 Object Lambda has no dual-stack endpoint: unset AWS_USE_DUALSTACK_ENDPOINT")
    }
    return "s3-object-lambda\(fips ? "-fips" : "").\(region).\(domain)"
  }

  /// The host of a service in a region of this partition.
  ///
  /// Source: botocore's `endpoint-rule-set-1.json` of each service.
  /// - Parameters:
  ///   - fips: Whether its cryptography is to be validated to FIPS 140.
  ///   - dualStack: Whether it is to be reached over IPv6 too.
  /// - Throws: `AWSError.configuration` where there is no such host.
  func host(of service: AWSService, region: String, fips: Bool, dualStack: Bool) throws(AWSError) -> String {
    let name = service.rawValue + (fips ? "-fips" : "")
    switch service {
    case .s3:
      if fips, id == "aws-cn" {
        throw .configuration("S3 has no FIPS endpoint in \(region): unset AWS_USE_FIPS_ENDPOINT, or use another region")
      }
      return "\(name)\(dualStack ? ".dualstack" : "").\(region).\(domain)"
    case .sqs, .sts:
      // GovCloud's own endpoints are the ones that are validated.
      if fips, !dualStack, id == "aws-us-gov" { return "\(service.rawValue).\(region).\(domain)" }
      return "\(name).\(region).\(dualStack ? dualStackDomain : domain)"
    }
  }
}
