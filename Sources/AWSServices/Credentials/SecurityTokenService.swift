import FoundationEssentials

/// The two calls to AWS's Security Token Service that give credentials.
struct SecurityTokenService: Sendable {
  let http: HTTPClient
  let configuration: AWSConfiguration
  let now: @Sendable () -> Date

  /// Trades a token of an identity provider for credentials. The call needs no signature.
  func assumeRole(_ role: String, session: String, webIdentityToken: String) async throws -> Credentials {
    try await send(
      "AssumeRoleWithWebIdentity",
      [
        QueryItem("RoleArn", role), QueryItem("RoleSessionName", session),
        QueryItem("WebIdentityToken", webIdentityToken),
      ], signedWith: nil)
  }

  /// Takes a role by means of other credentials.
  func assumeRole(
    _ role: String, session: String, externalID: String?, with source: Credentials
  ) async throws -> Credentials {
    var parameters = [QueryItem("RoleArn", role), QueryItem("RoleSessionName", session)]
    if let externalID { parameters.append(QueryItem("ExternalId", externalID)) }
    return try await send("AssumeRole", parameters, signedWith: source)
  }

  private func send(
    _ action: String, _ parameters: [QueryItem], signedWith source: Credentials?
  ) async throws -> Credentials {
    let region = configuration.region ?? "us-east-1"
    let endpoint = try configuration.endpoint("STS", region: region)
    let form = QueryItem.canonical([QueryItem("Action", action), QueryItem("Version", "2011-06-15")] + parameters)
    let body = Array(form.utf8)
    var headers: HTTPFields = [
      "Host": endpoint.hostHeader, "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    ]
    let path = "\(endpoint.basePath)/"
    if let source {
      headers = SigV4(credentials: source, region: region, service: "sts").sign(
        method: "POST", path: path, query: [], headers: headers, payloadHash: PayloadDigest(body).hexadecimal, at: now()
      )
    }
    let (head, answer) = try await CredentialsHTTP(http: http, name: "STS \(action)").send(
      HTTPRequest(
        method: "POST", url: endpoint.origin + path, headers: headers, body: body,
        limits: TransferLimits(totalSeconds: 10)))
    guard head.status == 200 else {
      let failure = ServiceFailure(head, ErrorBody(answer), attempts: 1)
      throw AWSError.credentials("STS \(action): \(failure)")
    }
    guard let result = try? XMLParser.parse(answer)["\(action)Result"]?["Credentials"],
      let key = result.text("AccessKeyId"), let secret = result.text("SecretAccessKey"),
      let token = result.text("SessionToken"),
      let expiration = result.text("Expiration").flatMap(Timestamp.parseExtended)
    else { throw AWSError.credentials("STS \(action): the answer holds no credentials") }
    return Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: token, expiration: expiration)
  }
}

/// HTTP for credential services: a few attempts within a short time, since every call of the program waits for it.
struct CredentialsHTTP: Sendable {
  let http: HTTPClient
  /// For messages.
  let name: String
  var attempts = 3

  /// - Throws: `AWSError.credentials` when no attempt has brought an answer.
  func send(_ request: HTTPRequest) async throws -> (head: HTTPHead, body: [UInt8]) {
    var attempt = 1
    while true {
      let reason: String
      do throws(HTTPError) {
        let answer = try await http.send(request, limit: 64 << 10)
        let isTransient = answer.head.status >= 500 || answer.head.status == 429
        if !isTransient || attempt >= attempts { return answer }
        reason = "status \(answer.head.status)"
      } catch {
        reason = error.reason
        guard error.isTransient, attempt < attempts else { throw AWSError.credentials("\(name): \(reason)") }
      }
      try await Task.sleep(for: .milliseconds(100 << attempt))
      attempt += 1
    }
  }
}
