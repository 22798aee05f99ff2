/// Credentials by a profile of the shared files: keys, a role by another profile or by a web identity token.
struct ProfileCredentials: CredentialsProvider {
  let profile: Profile
  let files: SharedFiles
  let tokens: SecurityTokenService
  /// What `credential_source` may name.
  let sources: [String: any CredentialsProvider]

  func credentials() async throws -> Credentials? { try await credentials(of: profile, visited: []) }

  private func credentials(of profile: Profile, visited: Set<String>) async throws -> Credentials? {
    func refuse(_ why: String) -> AWSError { .credentials("profile \(profile.name) \(why)") }
    if visited.contains(profile.name) {
      // A profile may name itself as the source: its role by its own keys.
      return try keys(of: profile) ?? { throw refuse("names itself as its source_profile, and has no keys") }()
    }
    let session = profile["role_session_name"] ?? "darkroom"
    if let role = profile["role_arn"] {
      if let file = profile["web_identity_token_file"] {
        return try await WebIdentityCredentials(tokenFile: file, role: role, session: session, tokens: tokens)
          .credentials()
      }
      let source: Credentials?
      if let name = profile["source_profile"] {
        guard let other = try files.profile(name) else {
          throw refuse("names the source_profile \"\(name)\", which is not there")
        }
        source = try await credentials(of: other, visited: visited.union([profile.name]))
      } else if let name = profile["credential_source"] {
        guard let provider = sources[name] else {
          throw refuse("names the credential_source \"\(name)\"; there are \(sources.keys.sorted())")
        }
        source = try await provider.credentials()
      } else {
        throw refuse("has a role_arn and no source_profile, credential_source or web_identity_token_file")
      }
      guard let source else { throw refuse("has a role_arn whose source gives no credentials") }
      return try await tokens.assumeRole(role, session: session, externalID: profile["external_id"], with: source)
    }
    if let keys = try keys(of: profile) { return keys }
    for setting in ["credential_process", "sso_session", "sso_start_url", "login_session"] where profile[setting] != nil
    {
      throw refuse(
        "uses \(setting), which is not read here; `aws configure export-credentials --format env` turns it into keys")
    }
    return nil
  }

  private func keys(of profile: Profile) throws -> Credentials? {
    switch (profile["aws_access_key_id"], profile["aws_secret_access_key"]) {
    case (nil, nil): nil
    case (let key?, let secret?):
      Credentials(accessKeyID: key, secretAccessKey: secret, sessionToken: profile["aws_session_token"])
    default:
      throw AWSError.credentials(
        "profile \(profile.name) has only one of aws_access_key_id and aws_secret_access_key")
    }
  }
}
