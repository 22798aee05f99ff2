/// The services of AWS that are called here.
public enum AWSService: String, Sendable, Hashable, CaseIterable {
  /// The Simple Storage Service.
  case s3
  /// The Simple Queue Service.
  case sqs
  /// The Security Token Service, which gives credentials of roles.
  case sts

  /// Its variable for an endpoint, such as `AWS_ENDPOINT_URL_S3`.
  var endpointVariable: String { "AWS_ENDPOINT_URL_\(rawValue.uppercased())" }
}
