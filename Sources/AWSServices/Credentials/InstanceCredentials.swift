/// Credentials of an EC2 instance's role, from its metadata service, version 2 only.
/// Source: Amazon EC2 User Guide, "Use the Instance Metadata Service".
struct InstanceCredentials: CredentialsProvider {
  let environment: [String: String]
  let http: HTTPClient

  func credentials() async throws -> Credentials? {
    if environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" { return nil }
    let origin = try endpoint()
    let session: String
    do throws(HTTPError) {
      let (head, body) = try await http.send(
        HTTPRequest(
          method: "PUT", url: "\(origin)/latest/api/token",
          headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"], limits: TransferLimits(totalSeconds: 1)),
        limit: 4096)
      guard head.status == 200 else { return nil }
      session = String(decoding: body, as: UTF8.self).trimmed
    } catch {
      // Nobody answers at that address: this is no EC2 instance.
      return nil
    }
    let roles = "\(origin)/latest/meta-data/iam/security-credentials/"
    guard let role = try await get(roles, session)?.split(separator: 0x0A).first else { return nil }
    let url = roles + PercentEncoding.component(String(decoding: role, as: UTF8.self).trimmed)
    guard let body = try await get(url, session) else {
      throw AWSError.credentials("\(url): the instance's role has gone")
    }
    return try CredentialsDocument.credentials(body, source: url)
  }

  /// - Returns: nil for 404: the instance has no role.
  private func get(_ url: String, _ session: String) async throws -> [UInt8]? {
    let (head, body) = try await CredentialsHTTP(http: http, name: url).send(
      HTTPRequest(
        method: "GET", url: url, headers: ["X-aws-ec2-metadata-token": session],
        limits: TransferLimits(totalSeconds: 1)))
    if head.status == 404 { return nil }
    guard head.status == 200 else { throw AWSError.credentials("\(url): status \(head.status)") }
    return body
  }

  private func endpoint() throws -> String {
    if let url = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] { return try Endpoint(url).description }
    return environment["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
      ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
  }
}
