import Encodings

/// Credentials of an EC2 instance's role, from its metadata service, version 2 only.
///
/// Source: Amazon EC2 User Guide, "Use the Instance Metadata Service".
struct InstanceCredentials: CredentialsProvider {
  let environment: [String: String]
  let http: HTTPClient

  /// - Returns: nil where the service is not to be asked, or the instance has no role.
  func credentials() async throws -> Credentials? {
    if environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" { return nil }
    let origin = try endpoint()
    let session = try await session(origin)
    let roles = "\(origin)/latest/meta-data/iam/security-credentials/"
    guard let role = try await get(roles, session)?.split(separator: 0x0A).first else { return nil }
    let url = roles + PercentEncoding.component(String(decoding: role, as: UTF8.self).trimmed)
    guard let body = try await get(url, session) else {
      throw AWSError.credentials("\(url): the instance's role has gone")
    }
    return try CredentialsDocument.credentials(body, source: url)
  }

  /// The token that every question to the service has to carry.
  private func session(_ origin: String) async throws -> String {
    let service = "the EC2 metadata service at \(origin)"
    let response: CredentialsHTTP.Response
    do {
      response = try await CredentialsHTTP(http: http, name: "\(service) gives no session token").send(
        HTTPRequest(
          method: "PUT", url: "\(origin)/latest/api/token",
          headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"], limits: TransferLimits(totalTimeout: .seconds(1)))
      )
    } catch AWSError.credentials(let reason) {
      throw AWSError.credentials(
        "\(reason). On an instance: the hop limit of its metadata options must be 2 or more for a container in it. "
          + "Elsewhere: there is none, and AWS_EC2_METADATA_DISABLED=true spares the question")
    }
    guard response.head.status == 200 else {
      throw AWSError.credentials(
        "\(service) gives no session token: status \(response.head.status) (attempt \(response.attempts))"
          + (response.head.status == 403 ? "; it is switched off for this instance" : ""))
    }
    return String(decoding: response.body, as: UTF8.self).trimmed
  }

  /// - Returns: nil for 404: the instance has no role.
  private func get(_ url: String, _ session: String) async throws -> [UInt8]? {
    let response = try await CredentialsHTTP(http: http, name: url).send(
      HTTPRequest(
        method: "GET", url: url, headers: ["X-aws-ec2-metadata-token": session],
        limits: TransferLimits(totalTimeout: .seconds(1))))
    if response.head.status == 404 { return nil }
    guard response.head.status == 200 else {
      throw AWSError.credentials("\(url): status \(response.head.status) (attempt \(response.attempts))")
    }
    return response.body
  }

  private func endpoint() throws -> String {
    if let url = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] { return try AWSEndpoint(url).description }
    return environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
      ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
  }
}
