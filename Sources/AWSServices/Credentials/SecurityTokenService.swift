import FoundationEssentials

/// The two calls to AWS's Security Token Service that give credentials.
struct SecurityTokenService: Sendable {
  let http: HTTPClient
  let configuration: AWSConfiguration
  let clock: ServiceClock
  var traceHeader = TraceHeader.none

  /// What a session is called where nobody has named it: it stands in the trail of what was done with the role.
  static let defaultSession = "aws-services"

  /// Trades a token of an identity provider for credentials.
  ///
  /// The call needs no signature.
  /// - Parameter durationSeconds: How long the credentials are good, in digits; nil for an hour.
  func assumeRole(
    _ role: String, session: String, durationSeconds: String?, webIdentityToken: String
  ) async throws -> Credentials {
    var parameters = [QueryItem("RoleArn", role), QueryItem("RoleSessionName", session)]
    if let durationSeconds { parameters.append(QueryItem("DurationSeconds", durationSeconds)) }
    parameters.append(QueryItem("WebIdentityToken", webIdentityToken))
    return try await send("AssumeRoleWithWebIdentity", parameters, signedWith: nil)
  }

  /// Takes a role by means of other credentials.
  /// - Parameter durationSeconds: How long the new ones are good, in digits; nil for an hour.
  func assumeRole(
    _ role: String, session: String, externalID: String?, durationSeconds: String?, with source: Credentials
  ) async throws -> Credentials {
    var parameters = [QueryItem("RoleArn", role), QueryItem("RoleSessionName", session)]
    if let durationSeconds { parameters.append(QueryItem("DurationSeconds", durationSeconds)) }
    if let externalID { parameters.append(QueryItem("ExternalId", externalID)) }
    return try await send("AssumeRole", parameters, signedWith: source)
  }

  private func send(
    _ action: String, _ parameters: [QueryItem], signedWith source: Credentials?
  ) async throws -> Credentials {
    let region = configuration.region ?? "us-east-1"
    let endpoint = try configuration.endpoint(.sts, region: region)
    let form = QueryItem.canonical([QueryItem("Action", action), QueryItem("Version", "2011-06-15")] + parameters)
    let body = Array(form.utf8)
    let path = "\(endpoint.basePath)/"
    func request(at date: Date) -> HTTPRequest {
      var headers: HTTPFields = [
        "Host": endpoint.hostHeader, "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
      ]
      if let source {
        headers = SigV4(credentials: source, region: region, service: "sts").sign(
          method: "POST", path: path, query: [], headers: headers, payloadHash: PayloadDigest(body).hexadecimal,
          at: date)
      }
      traceHeader.add(to: &headers)
      return HTTPRequest(
        method: "POST", url: endpoint.origin + path, headers: headers, body: body,
        limits: TransferLimits(totalTimeout: .seconds(10)))
    }

    let service = CredentialsHTTP(http: http, name: "STS \(action)")
    var reading = clock.reading
    var response = try await service.send(request(at: reading.date))
    if source != nil, clock.hasCorrection(response.head, code: response.failure.code, signedAt: reading) {
      reading = clock.reading
      response = try await service.send(request(at: reading.date))
    }
    guard response.head.status == 200 else { throw AWSError.credentials("STS \(action): \(response.failure)") }
    guard let result = try? XMLParser.parse(response.body)["\(action)Result"]?["Credentials"],
      let key = result.text("AccessKeyId"), let secret = result.text("SecretAccessKey"),
      let token = result.text("SessionToken"),
      let expiration = result.text("Expiration").flatMap(Timestamp.parseExtended)
    else { throw AWSError.credentials("STS \(action): the response holds no credentials") }
    return Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: token, expiration: expiration)
  }
}
