/// Credentials of an ECS or Fargate task, or of an EKS pod, from the agent beside the container.
///
/// Source: AWS SDKs and Tools Reference Guide, "Container credential provider".
struct ContainerCredentials: CredentialsProvider {
  let environment: [String: String]
  let http: HTTPClient

  func credentials() async throws -> Credentials? {
    guard let url = try url() else { return nil }
    var headers: HTTPFields = [:]
    if let token = try token() {
      guard !token.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
        throw AWSError.credentials("the container's authorization token holds a line break")
      }
      headers["Authorization"] = token
    }
    let response = try await CredentialsHTTP(http: http, name: url).send(
      HTTPRequest(method: "GET", url: url, headers: headers, limits: TransferLimits(totalTimeout: .seconds(2))))
    guard response.head.status == 200 else {
      throw AWSError.credentials("\(url): status \(response.head.status) (attempt \(response.attempts))")
    }
    return try CredentialsDocument.credentials(response.body, source: url)
  }

  private func url() throws -> String? {
    if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      guard path.hasPrefix("/") else {
        throw AWSError.credentials("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is \"\(path)\", not a path")
      }
      return "http://169.254.170.2\(path)"
    }
    guard let url = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
    // Over plain HTTP only to hosts that cannot be elsewhere: the token and the credentials must not travel.
    let endpoint = try AWSEndpoint(url)
    let isLocal =
      endpoint.host == "localhost" || endpoint.host == "[::1]" || endpoint.host == "169.254.170.2"
      || endpoint.host == "169.254.170.23" || endpoint.host.lowercased() == "[fd00:ec2::23]"
      || (endpoint.isAddress && endpoint.host.hasPrefix("127."))
    guard endpoint.isSecure || isLocal else {
      throw AWSError.credentials(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI is \(url): over plain HTTP only loopback and the agents' own addresses do")
    }
    return url
  }

  /// The file wins over the variable, and is read at every refresh because its content changes.
  private func token() throws -> String? {
    guard let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] else {
      return environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    }
    guard let token = try SmallFile.text(path, limit: 64 << 10) else {
      throw AWSError.credentials("the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, \(path), is missing")
    }
    return token
  }
}
