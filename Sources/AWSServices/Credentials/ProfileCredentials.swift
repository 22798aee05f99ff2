/// Credentials by a profile of the shared files: keys, a role by another profile or by a web identity token.
struct ProfileCredentials: CredentialsProvider {
  /// nil when there is none, and none was asked for.
  let profile: Profile?
  let files: SharedFiles
  let tokens: SecurityTokenService
  /// What `credential_source` may name.
  let sources: [String: any CredentialsProvider]

  /// - Returns: nil only where nobody has written a profile that says who signs.
  func credentials() async throws -> Credentials? {
    if let profile {
      if let found = try await credentials(of: profile, visited: []) { return found }
      if try files.requestedName() != nil {
        throw refuse(
          profile,
          "was asked for and holds neither keys nor a role; unset AWS_PROFILE to sign as the container or instance")
      }
    }
    try files.requireNamedFiles()
    return nil
  }

  private func credentials(of profile: Profile, visited: Set<String>) async throws -> Credentials? {
    if visited.contains(profile.name) {
      // A profile may name itself as the source: its role by its own keys.
      return try keys(of: profile) ?? { throw refuse(profile, "names itself as its source_profile, and has no keys") }()
    }
    if let role = profile["role_arn"] { return try await assume(role, by: profile, visited: visited) }
    for setting in ["source_profile", "credential_source", "web_identity_token_file"] where profile[setting] != nil {
      throw refuse(profile, "has \(setting) and no role_arn")
    }
    if let keys = try keys(of: profile) { return keys }
    for setting in profile.settings.keys.sorted() {
      if ["credential_process", "login_session"].contains(setting) || setting.hasPrefix("sso_") {
        throw refuse(
          profile,
          "uses \(setting), which is not read here; `aws configure export-credentials --format env` turns it into keys")
      }
      if setting.hasPrefix("aws_"), setting != "aws_account_id" {
        throw refuse(profile, "has no keys, and \"\(setting)\", which is not a setting that is known here")
      }
    }
    return nil
  }

  private func assume(_ role: String, by profile: Profile, visited: Set<String>) async throws -> Credentials {
    let session = profile["role_session_name"] ?? SecurityTokenService.defaultSession
    let file = profile["web_identity_token_file"]
    let sources = [("source_profile", profile["source_profile"]), ("credential_source", profile["credential_source"])]
    let named = (sources + [("web_identity_token_file", file)]).filter { $0.1 != nil }.map(\.0)
    guard named.count == 1 else {
      throw refuse(
        profile,
        named.isEmpty
          ? "has a role_arn and no source_profile, credential_source or web_identity_token_file"
          : "has a role_arn and \(named.joined(separator: " and ")), of which one can be")
    }
    if profile["mfa_serial"] != nil {
      throw refuse(
        profile,
        "has an mfa_serial, and nobody can be asked for a code here; `aws configure export-credentials` asks for one")
    }
    if let duration = profile["duration_seconds"], !(Int(duration).map { (900...43_200).contains($0) } ?? false) {
      throw refuse(profile, "has the duration_seconds \"\(duration)\", not a number from 900 to 43200")
    }
    if let file {
      return try await WebIdentityCredentials(
        tokenFile: file, role: role, session: session, durationSeconds: profile["duration_seconds"], tokens: tokens
      ).assumed()
    }
    guard let source = try await source(of: profile, visited: visited) else {
      throw refuse(profile, "has a role_arn whose source gives no credentials")
    }
    return try await tokens.assumeRole(
      role, session: session, externalID: profile["external_id"], durationSeconds: profile["duration_seconds"],
      with: source)
  }

  private func source(of profile: Profile, visited: Set<String>) async throws -> Credentials? {
    if let name = profile["source_profile"] {
      guard let other = try files.profile(name) else {
        throw refuse(profile, "names the source_profile \"\(name)\", which is not there")
      }
      return try await credentials(of: other, visited: visited.union([profile.name]))
    }
    let name = profile["credential_source"] ?? ""
    guard let provider = sources[name] else {
      throw refuse(profile, "names the credential_source \"\(name)\"; there are \(sources.keys.sorted())")
    }
    return try await provider.credentials()
  }

  private func keys(of profile: Profile) throws -> Credentials? {
    let token = profile["aws_session_token"] ?? profile["aws_security_token"]
    switch (profile["aws_access_key_id"], profile["aws_secret_access_key"]) {
    case (nil, nil):
      if token != nil { throw refuse(profile, "has an aws_session_token and no keys") }
      return nil
    case (let key?, let secret?): return Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: token)
    default: throw refuse(profile, "has only one of aws_access_key_id and aws_secret_access_key")
    }
  }

  private func refuse(_ profile: Profile, _ why: String) -> AWSError { .credentials("profile \(profile.name) \(why)") }
}
