/// A role taken by means of a token that an identity provider writes into a file (Kubernetes, GitHub and others).
struct WebIdentityCredentials: CredentialsProvider {
  let tokenFile: String
  let role: String
  let session: String
  /// As it stands in a profile; nil for an hour.
  var durationSeconds: String?
  let tokens: SecurityTokenService

  /// What the environment names.
  /// - Throws: `AWSError.credentials` when half of it is missing.
  static func from(environment: [String: String], tokens: SecurityTokenService) throws -> Self? {
    guard let file = environment["AWS_WEB_IDENTITY_TOKEN_FILE"] else { return nil }
    guard let role = environment["AWS_ROLE_ARN"] else {
      throw AWSError.credentials("AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN")
    }
    return Self(
      tokenFile: file, role: role,
      session: environment["AWS_ROLE_SESSION_NAME"] ?? SecurityTokenService.defaultSession, tokens: tokens)
  }

  func credentials() async throws -> Credentials? { try await assumed() }

  func assumed() async throws -> Credentials {
    // Read at every turn, because the provider replaces the token before it runs out.
    let path = try HomeFolder.expand(tokenFile, tokens.configuration.environment)
    guard let token = try SmallFile.text(path, limit: 64 << 10)?.trimmed, !token.isEmpty else {
      throw AWSError.credentials("the web identity token file \(path) is missing or empty")
    }
    return try await tokens.assumeRole(
      role, session: session, durationSeconds: durationSeconds, webIdentityToken: token)
  }
}
