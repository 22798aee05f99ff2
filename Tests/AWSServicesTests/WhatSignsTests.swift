import AWSFixtures
import AWSServices
import Foundation
import Testing

/// Which source signs, for what people write: the table in `docs/aws.md`, held to the code.
///
/// Every row runs on a machine where an EC2 instance's role would sign, so that a source that is left out without a
/// word is seen. `DARKROOM_TEST_WRITE_TABLE=1` writes the table anew.
@Suite final class WhatSignsTests: Sendable {
  private struct Row {
    var environment: [(String, String)] = []
    var config = ""
    var credentials = ""
  }

  private static let keys = "aws_access_key_id = PROFILE\naws_secret_access_key = …"
  private static let role = "role_arn = arn:aws:iam::1:role/r"

  private static let rows = [
    Row(),
    Row(
      environment: [("AWS_ACCESS_KEY_ID", "ENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", "…")],
      credentials: "[default]\n\(keys)"),
    Row(
      environment: [("AWS_WEB_IDENTITY_TOKEN_FILE", "token"), ("AWS_ROLE_ARN", "r")], credentials: "[default]\n\(keys)"),
    Row(credentials: "[default]\n\(keys)"),
    Row(credentials: "[default]\n  aws_access_key_id = PROFILE\n  aws_secret_access_key = …"),
    Row(config: "[default]\nregion = eu-west-1"),
    Row(
      environment: [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/agent")],
      config: "[default]\nregion = eu-west-1"),
    Row(
      environment: [("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/agent")], credentials: "[default]\n\(keys)"
    ),
    Row(environment: [("AWS_PROFILE", "x y")], config: "[profile \"x y\"]\n\(keys)"),
    Row(environment: [("AWS_PROFILE", "x y")], credentials: "[x y]\n\(keys)"),
    Row(environment: [("AWS_DEFAULT_PROFILE", "x")], config: "[profile x]\n\(keys)"),
    Row(environment: [("AWS_PROFILE", "x")], config: "[profile x]\n\(role)\nsource_profile = y\n[profile y]\n\(keys)"),
    Row(config: "[default]\n\(role)\ncredential_source = Ec2InstanceMetadata"),
    Row(config: "[default]\n\(role)\nweb_identity_token_file = token"),
    Row(environment: [("AWS_PROFILE", "x")], config: "[profile x]\nregion = eu-west-1"),
    Row(environment: [("AWS_PROFILE", "gone")], config: "[default]\nregion = eu-west-1"),
    Row(environment: [("AWS_PROFILE", "x")], config: "[x]\n\(keys)"),
    Row(config: "[Default]\n\(keys)"),
    Row(credentials: "[profile default]\n\(keys)"),
    Row(config: "[default]\nregion = eu-west-1\n  aws_access_key_id = PROFILE"),
    Row(config: "[default]\ns3 =\n  aws_access_key_id = PROFILE"),
    Row(config: "[default]\n\(keys)\n[default]\nregion = eu-west-1"),
    Row(credentials: "[default]\naws_access_key_id = PROFILE"),
    Row(credentials: "[default]\naws_acess_key_id = PROFILE"),
    Row(credentials: "[default]\naws_access_key_id ="),
    Row(config: "[default]\nsource_profile = y"),
    Row(config: "[default]\n\(role)"),
    Row(config: "[default]\n\(role)\nsource_profile = y\ncredential_source = Environment"),
    Row(config: "[default]\n\(role)\nsource_profile = y\nmfa_serial = m\n[profile y]\n\(keys)"),
    Row(config: "[default]\ncredential_process = tool"),
    Row(config: "[default]\nsso_session = s"),
    Row(environment: [("AWS_SHARED_CREDENTIALS_FILE", "mistyped")]),
  ]

  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("signs-\(UUID())")
  private let server: FaultServer

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    server = try FaultServer { request in
      switch request.path {
      case "/latest/api/token": return .init(text: "SESSION")
      case "/latest/meta-data/iam/security-credentials/": return .init(text: "role")
      case "/latest/meta-data/iam/security-credentials/role": return .init(text: Self.document("INSTANCE"))
      case "/agent": return .init(text: Self.document("CONTAINER"))
      default:
        let signer = request.headers["authorization"].flatMap { $0.firstMatch(of: /Credential=([A-Z]+)/)?.1 }
        return .init(text: Self.role(by: signer.map(String.init) ?? "TOKEN"))
      }
    }
  }

  deinit {
    server.stop()
    try? FileManager.default.removeItem(at: folder)
  }

  private static func document(_ key: String) -> String {
    #"{"AccessKeyId": "\#(key)", "SecretAccessKey": "s", "Token": "t", "Expiration": "2030-01-01T00:00:00Z"}"#
  }

  private static func role(by signer: String) -> String {
    let action = signer == "TOKEN" ? "AssumeRoleWithWebIdentity" : "AssumeRole"
    return
      "<\(action)Response><\(action)Result><Credentials><AccessKeyId>ROLE \(signer)</AccessKeyId><SecretAccessKey>s"
      + "</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials>"
      + "</\(action)Result></\(action)Response>"
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  /// What signs, in words.
  private func outcome(of row: Row) async throws -> String {
    try write("config", row.config.replacing("= token", with: "= \(folder.path)/token"))
    try write("credentials", row.credentials)
    try write("token", "token")
    var environment = [
      "AWS_CONFIG_FILE": folder.path + "/config", "AWS_SHARED_CREDENTIALS_FILE": folder.path + "/credentials",
      "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_ENDPOINT_URL_STS": server.url,
    ]
    for (name, value) in row.environment {
      environment[name] =
        name.hasSuffix("_FILE") ? "\(folder.path)/\(value)" : value.replacing("http://localhost", with: server.url)
    }
    let sources = [
      "ENVIRONMENT": "the environment's keys", "PROFILE": "the profile's keys", "CONTAINER": "the container's role",
      "INSTANCE": "the instance's role", "ROLE PROFILE": "the role, taken with the other profile's keys",
      "ROLE INSTANCE": "the role, taken with the instance's role", "ROLE TOKEN": "the role, taken with the token",
    ]
    do {
      let configuration = try AWSConfiguration(environment: environment)
      let http = try HTTPClient(trust: TrustStore(environment: [:]))
      let found = try await CredentialsChain(configuration: configuration, http: http).credentials()
      let key = try #require(found).accessKeyID
      return try #require(sources[key], "\(key) is not a source of this test")
    } catch let error as AWSError {
      return "nothing: \(error)".replacing("\(folder.path)/", with: "").replacing("|", with: "\\|")
    }
  }

  private func cell(_ text: String) -> String {
    text.isEmpty ? "" : text.split(separator: "\n").map { "`\($0)`" }.joined(separator: "<br>")
  }

  @Test func theTableOfTheDocumentationIsTrue() async throws {
    var table = "| environment | `config` | `credentials` | what signs |\n|---|---|---|---|\n"
    for row in Self.rows {
      let environment = row.environment.map { "\($0)=\($1)" }.joined(separator: "\n")
      let cells = [cell(environment), cell(row.config), cell(row.credentials), try await outcome(of: row)]
      table += "| \(cells.joined(separator: " | ")) |\n"
    }
    let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../docs/aws.md").standardized
    let text = try String(contentsOf: file, encoding: .utf8)
    let (begin, end) = ("<!-- The table of what signs, written by WhatSignsTests. -->\n", "<!-- Its end. -->")
    let start = try #require(text.range(of: begin)?.upperBound)
    let finish = try #require(text.range(of: end)?.lowerBound)
    if ProcessInfo.processInfo.environment["DARKROOM_TEST_WRITE_TABLE"] != nil {
      try Data(text.replacingCharacters(in: start..<finish, with: table).utf8).write(to: file)
    } else {
      #expect(String(text[start..<finish]) == table)
    }
  }
}
