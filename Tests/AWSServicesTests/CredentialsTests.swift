import AWSServices
import AWSFixtures
import Foundation
import Synchronization
import Testing

/// Every provider against a small server that speaks its protocol.
@Suite final class CredentialsTests: Sendable {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("aws-\(UUID())")
  static let expiration = Date(timeIntervalSince1970: 1_795_339_800)
  static let document =
    #"{"Code":"Success","AccessKeyId":"ASIA1","SecretAccessKey":"s3cret","Token":"t0ken","Expiration":"2026-11-22T09:30:00Z"}"#
  static let credentials = Credentials(
    accessKeyID: "ASIA1", secretAccessKey: "s3cret", sessionToken: "t0ken", expiration: expiration)

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = try file("config", "")
    _ = try file("credentials", "")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func file(_ name: String, _ text: String) throws -> String {
    let url = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  private func credentials(_ environment: [String: String]) async throws -> Credentials? {
    let base = [
      "AWS_CONFIG_FILE": folder.appendingPathComponent("config").path, "AWS_EC2_METADATA_DISABLED": "true",
      "AWS_SHARED_CREDENTIALS_FILE": folder.appendingPathComponent("credentials").path, "AWS_REGION": "eu-central-1",
    ]
    let configuration = try AWSConfiguration(environment: base.merging(environment) { $1 })
    let http = try HTTPClient(trust: TrustStore(environment: [:]))
    return try await CredentialsChain(configuration: configuration, http: http).credentials()
  }

  private func refusal(_ environment: [String: String]) async -> String? {
    do {
      _ = try await credentials(environment)
      return nil
    } catch { return "\(error)" }
  }

  // MARK: Environment and shared files

  @Test func theEnvironmentComesFirst() async throws {
    _ = try file("credentials", "[default]\naws_access_key_id = FILE\naws_secret_access_key = f\n")
    let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "e"]
    #expect(try await credentials(keys) == Credentials(accessKeyID: "ENV", secretAccessKey: "e"))
    #expect(try await credentials(keys.merging(["AWS_SESSION_TOKEN": "t"]) { $1 })?.sessionToken == "t")
    #expect(try await credentials([:]) == Credentials(accessKeyID: "FILE", secretAccessKey: "f"))
    #expect(
      await refusal(["AWS_ACCESS_KEY_ID": "ENV"])
        == "no AWS credentials: AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY")
  }

  @Test func readsProfilesFromBothFiles() async throws {
    _ = try file(
      "config",
      """
      # a comment
      [default]
      region = us-west-2
      [profile  work ]
      region=eu-west-1   ; a comment
      aws_access_key_id = FROMCONFIG
      s3 =
        addressing_style = path
      """)
    _ = try file("credentials", "[work]\naws_access_key_id=WORK\naws_secret_access_key=a#b;c\naws_session_token= t \n")
    #expect(
      try await credentials(["AWS_PROFILE": "work"])
        == Credentials(accessKeyID: "WORK", secretAccessKey: "a#b;c", sessionToken: "t"))
    let files = [
      "AWS_CONFIG_FILE": folder.appendingPathComponent("config").path, "AWS_PROFILE": "work",
      "AWS_SHARED_CREDENTIALS_FILE": folder.appendingPathComponent("credentials").path,
    ]
    #expect(try AWSConfiguration(environment: files).region == "eu-west-1")
    #expect(await refusal(["AWS_PROFILE": "other"])?.hasPrefix("AWS_PROFILE is \"other\", and neither ") == true)
  }

  @Test func readsFilesThatWereWrittenOnWindows() async throws {
    _ = try file("config", "# a comment\r\n[profile work]\r\nregion = eu-west-1\r\n\r\n")
    _ = try file(
      "credentials", "[work]\r\naws_access_key_id = WORK\r\naws_secret_access_key = a/b ; old\r\n[other]\r\n")
    #expect(
      try await credentials(["AWS_PROFILE": "work"]) == Credentials(accessKeyID: "WORK", secretAccessKey: "a/b"))
  }

  @Test func saysWhereItLookedWhenThereIsNothing() async {
    #expect(await refusal([:])?.hasPrefix("no AWS credentials: none in the environment") == true)
  }

  // MARK: Roles

  private static func role(_ action: String) -> String {
    "<\(action)Response><\(action)Result><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s3cret"
      + "</SecretAccessKey><SessionToken>t0ken</SessionToken><Expiration>2026-11-22T09:30:00Z</Expiration></Credentials>"
      + "</\(action)Result></\(action)Response>"
  }

  @Test func tradesAWebIdentityTokenForARole() async throws {
    let server = try FaultServer {
      $0.index == 0 ? .init(503) : .init(text: Self.role("AssumeRoleWithWebIdentity"))
    }
    let environment = [
      "AWS_WEB_IDENTITY_TOKEN_FILE": try file("token", "abc+/=\n"), "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
      "AWS_ENDPOINT_URL_STS": server.url, "AWS_ROLE_SESSION_NAME": "me",
    ]
    #expect(try await credentials(environment) == Self.credentials)
    #expect(
      String(decoding: server.requests[1].body, as: UTF8.self)
        == "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=me"
        + "&Version=2011-06-15&WebIdentityToken=abc%2B%2F%3D")
    #expect(server.requests.allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test(arguments: ["IDPCommunicationError", "InvalidIdentityToken", "Throttling", "RequestLimitExceeded"])
  func asksAgainWhereTheIdentityProviderWasNotReached(code: String) async throws {
    let server = try FaultServer {
      $0.index < 2
        ? .init(400, text: "<ErrorResponse><Error><Code>\(code)</Code></Error></ErrorResponse>")
        : .init(text: Self.role("AssumeRoleWithWebIdentity"))
    }
    let environment = [
      "AWS_WEB_IDENTITY_TOKEN_FILE": try file("token", "abc"), "AWS_ROLE_ARN": "r", "AWS_ENDPOINT_URL_STS": server.url,
    ]
    #expect(try await credentials(environment) == Self.credentials)
    #expect(server.requests.count == 3)
  }

  @Test func saysWhyARoleIsRefused() async throws {
    let server = try FaultServer { _ in
      .init(
        400,
        text: "<ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>too old</Message></Error>"
          + "<RequestId>R</RequestId></ErrorResponse>")
    }
    let environment = [
      "AWS_WEB_IDENTITY_TOKEN_FILE": try file("token", "abc"), "AWS_ROLE_ARN": "r", "AWS_ENDPOINT_URL_STS": server.url,
    ]
    #expect(
      await refusal(environment)
        == "no AWS credentials: STS AssumeRoleWithWebIdentity: ExpiredTokenException (status 400, request R, attempt 1): too old"
    )
  }

  @Test func takesARoleByAnotherProfile() async throws {
    let server = try FaultServer { _ in .init(text: Self.role("AssumeRole")) }
    _ = try file(
      "config",
      """
      [profile admin]
      role_arn = arn:aws:iam::1:role/admin
      source_profile = base
      external_id = x
      [profile base]
      aws_access_key_id = BASE
      aws_secret_access_key = b
      """)
    #expect(
      try await credentials(["AWS_PROFILE": "admin", "AWS_ENDPOINT_URL_STS": server.url]) == Self.credentials)
    let request = server.requests[0]
    #expect(request.headers["authorization"]?.contains("Credential=BASE/") == true)
    #expect(String(decoding: request.body, as: UTF8.self).contains("&ExternalId=x&"))
  }

  @Test func refusesProfilesThatItCannotFollow() async throws {
    _ = try file(
      "config",
      """
      [profile loop]
      role_arn = r
      source_profile = loop
      [profile lost]
      role_arn = r
      source_profile = gone
      [profile sso]
      sso_session = s
      """)
    #expect(await refusal(["AWS_PROFILE": "loop"])?.contains("names itself as its source_profile") == true)
    #expect(await refusal(["AWS_PROFILE": "lost"])?.contains("names the source_profile \"gone\"") == true)
    #expect(await refusal(["AWS_PROFILE": "sso"])?.contains("uses sso_session, which is not read here") == true)
  }

  // MARK: Containers

  @Test func asksTheContainersAgentWithTheTokenOfItsFile() async throws {
    let server = try FaultServer { $0.index == 0 ? .init(500) : .init(text: Self.document) }
    let token = try file("token", "from-file")
    let environment = [
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/v2/credentials/1", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "no",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token,
    ]
    #expect(try await credentials(environment) == Self.credentials)
    #expect(server.requests.map(\.target) == ["/v2/credentials/1", "/v2/credentials/1"])
    #expect(server.requests[1].headers["authorization"] == "from-file")
    _ = try file("token", "a\nb")
    #expect(await refusal(environment) == "no AWS credentials: the container's authorization token holds a line break")
  }

  @Test(arguments: ["http://example.com/c", "http://127.evil.com/", "http://169.254.170.3/"])
  func sendsNoTokenToAStranger(url: String) async {
    #expect(
      await refusal(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url])?.contains("over plain HTTP only loopback") == true)
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"Code":"AssumeRoleUnauthorizedAccess"}"#,
    #"{"AccessKeyId":"a","SecretAccessKey":"b","Expiration":"soon"}"#,
  ])
  func refusesADocumentThatIsNone(document: String) async throws {
    let server = try FaultServer { _ in .init(text: document) }
    #expect(
      await refusal(["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url])?.hasPrefix(
        "no AWS credentials: http://127.0.0.1")
        == true)
  }

  // MARK: Instances

  @Test func asksTheInstanceWithASessionToken() async throws {
    let server = try FaultServer { request in
      switch (request.method, request.target, request.headers["x-aws-ec2-metadata-token"]) {
      case ("PUT", "/latest/api/token", _):
        .init(request.headers["x-aws-ec2-metadata-token-ttl-seconds"] == "21600" ? 200 : 400, text: "SESSION")
      case ("GET", "/latest/meta-data/iam/security-credentials/", "SESSION"): .init(text: "my-role\n")
      case ("GET", "/latest/meta-data/iam/security-credentials/my-role", "SESSION"): .init(text: Self.document)
      default: .init(401)
      }
    }
    let environment = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_EC2_METADATA_DISABLED": "false"]
    #expect(try await credentials(environment) == Self.credentials)
    #expect(await refusal(environment.merging(["AWS_EC2_METADATA_DISABLED": "true"]) { $1 }) != nil)
  }

  private func refusalOfInstance(_ url: String) async -> String {
    await refusal(["AWS_EC2_METADATA_SERVICE_ENDPOINT": url, "AWS_EC2_METADATA_DISABLED": "false"]) ?? "none"
  }

  @Test(arguments: [(404, ""), (403, "; it is switched off for this instance")])
  func saysWithWhichStatusTheInstanceGivesNoToken(status: Int, hint: String) async throws {
    let server = try FaultServer { _ in .init(status) }
    #expect(
      await refusalOfInstance(server.url)
        == "no AWS credentials: none in the environment (AWS_ACCESS_KEY_ID), the shared files or a container's agent; the "
        + "EC2 metadata service at \(server.url) gives no session token: status \(status) (attempt 1)\(hint)")
  }

  @Test func asksTheInstanceThreeTimesForAToken() async throws {
    let server = try FaultServer { request in
      switch request.index {
      case 0, 1: .init(fault: .lost)
      case 2: .init(text: "SESSION")
      case 3: .init(text: "my-role")
      default: .init(text: Self.document)
      }
    }
    let environment = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_EC2_METADATA_DISABLED": "false"]
    #expect(try await credentials(environment) == Self.credentials)
  }

  @Test func namesTheHopLimitWhereTheInstanceIsSilent() async throws {
    let server = try FaultServer { _ in .init(fault: .silence(milliseconds: 3000)) }
    let refusal = await refusalOfInstance(server.url)
    #expect(server.requests.count == 3)
    #expect(refusal.contains("the EC2 metadata service at \(server.url) gives no session token: "))
    #expect(refusal.contains("(attempt 3). On an instance: the hop limit of its metadata options must be 2 or more"))
  }

  @Test(arguments: ["2026-11-22T11:00:00+01:30", "2026-11-22T04:30:00-0500", "2026-11-22T09:30:00.123456z"])
  func readsAnExpiryWithAnOffset(expiration: String) async throws {
    let document = Self.document.replacing("2026-11-22T09:30:00Z", with: expiration)
    let server = try FaultServer { _ in .init(text: document) }
    #expect(try await credentials(["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url])?.expiration == Self.expiration)
  }

  @Test(arguments: [
    "2026-11-22T09:30:00", "2026-11-22T09:30:00+1", "2026-11-22T09:30:00.Z", "2026-11-22T09:30:00+24:00",
  ])
  func refusesAnExpiryThatIsNotATime(expiration: String) async throws {
    let document = Self.document.replacing("2026-11-22T09:30:00Z", with: expiration)
    let server = try FaultServer { _ in .init(text: document) }
    #expect(await refusal(["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url])?.contains("the expiration") == true)
  }
}

@Suite struct CredentialsCacheTests {
  /// Gives numbered credentials that are good for an hour, or fails.
  final class Source: CredentialsProvider {
    let clock = Mutex(Date(timeIntervalSince1970: 1_000_000))
    let calls = Mutex(0)
    let fails = Mutex(false)

    func now() -> Date { clock.withLock { $0 } }
    func pass(minutes: Double) { clock.withLock { $0.addTimeInterval(minutes * 60) } }

    func credentials() async throws -> Credentials? {
      let number = calls.withLock {
        $0 += 1
        return $0
      }
      try await Task.sleep(for: .milliseconds(20))
      if fails.withLock({ $0 }) { throw AWSError.credentials("down") }
      return Credentials(
        accessKeyID: "KEY\(number)", secretAccessKey: "s", expiration: now().addingTimeInterval(3600))
    }
  }

  let source = Source()
  let cache: CredentialsCache

  init() {
    let source = source
    cache = CredentialsCache(provider: source, now: { source.now() })
  }

  private func key() async throws -> String { try await cache.credentials().accessKeyID }

  @Test func asksOnceForManyWhoWait() async throws {
    let keys = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await key() } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(keys == ["KEY1"])
    source.pass(minutes: 44)
    #expect(try await key() == "KEY1")
    #expect(source.calls.withLock { $0 } == 1)
  }

  @Test func renewsInTheBackgroundBeforeTheEnd() async throws {
    _ = try await key()
    source.pass(minutes: 46)
    // 14 minutes are left: the old ones serve while the new ones come.
    #expect(try await key() == "KEY1")
    for _ in 0..<2000 where try await key() != "KEY2" { try await Task.sleep(for: .milliseconds(5)) }
    #expect(try await key() == "KEY2")
    #expect(source.calls.withLock { $0 } == 2)
  }

  @Test func waitsForNewOnesNearTheEnd() async throws {
    _ = try await key()
    source.pass(minutes: 51)
    #expect(try await key() == "KEY2")
  }

  @Test func servesTheOldOnesAsLongAsTheyAreGood() async throws {
    _ = try await key()
    source.fails.withLock { $0 = true }
    source.pass(minutes: 55)
    #expect(try await key() == "KEY1")
    #expect(try await key() == "KEY1")
    // One attempt, and then a pause.
    #expect(source.calls.withLock { $0 } == 2)
    source.pass(minutes: 6)
    await #expect(throws: AWSError.credentials("down")) { _ = try await key() }
    source.fails.withLock { $0 = false }
    #expect(try await key().hasPrefix("KEY"))
  }

  @Test func forgetsOnlyWhatWasRefused() async throws {
    let first = try await cache.credentials()
    await cache.forget(Credentials(accessKeyID: "OTHER", secretAccessKey: "s"))
    #expect(try await key() == "KEY1")
    await cache.forget(first)
    #expect(try await key() == "KEY2")
  }

  // MARK: A metadata service in trouble

  /// Gives the same credentials again and again.
  final class StaleSource: CredentialsProvider {
    let calls = Mutex(0)
    let expiration: Date
    init(expiration: Date) { self.expiration = expiration }

    func credentials() -> Credentials? {
      calls.withLock { $0 += 1 }
      return Credentials(accessKeyID: "OLD", secretAccessKey: "s", expiration: expiration)
    }
  }

  /// - Parameter left: Minutes that the credentials are good for; fewer than none: they have run out.
  @Test(arguments: [-60.0, 0, 3, 9]) func asksOnceAMinuteForWhatIsNoNewer(left: Double) async throws {
    let stale = StaleSource(expiration: source.now().addingTimeInterval(left * 60))
    let source = source
    let cache = CredentialsCache(provider: stale, now: { source.now() })
    for _ in 0..<160 { #expect(try await cache.credentials().accessKeyID == "OLD") }
    #expect(stale.calls.withLock { $0 } == 1)
    source.pass(minutes: 1.1)
    for _ in 0..<160 { _ = try await cache.credentials() }
    #expect(stale.calls.withLock { $0 } == 2)
  }

  @Test func asksOnceAMinuteWhenWhatItGivesIsRefused() async throws {
    let stale = StaleSource(expiration: source.now().addingTimeInterval(3600))
    let source = source
    let cache = CredentialsCache(provider: stale, now: { source.now() })
    for _ in 0..<160 { await cache.forget(try await cache.credentials()) }
    #expect(stale.calls.withLock { $0 } == 2)
    source.pass(minutes: 1.1)
    for _ in 0..<160 { await cache.forget(try await cache.credentials()) }
    #expect(stale.calls.withLock { $0 } == 3)
  }
}
