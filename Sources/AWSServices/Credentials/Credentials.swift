public import FoundationEssentials

/// What requests are signed with.
public struct Credentials: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// Names the key; no secret.
  public var accessKeyID: String
  /// What signatures are computed with; never sent.
  public var secretAccessKey: String
  /// Comes with temporary credentials and is part of what is signed.
  public var sessionToken: String?
  /// When the credentials stop being valid; nil for those that do not.
  public var expiration: Date?

  /// Holds credentials as they were given.
  /// - Parameter expiration: nil for credentials that stay valid.
  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Date? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expiration = expiration
  }

  /// The key's name only: secrets stay out of logs.
  public var description: String { "credentials \(accessKeyID)" }
  /// What a dump shows: the key's id, and no secret.
  public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}

/// One place that credentials may come from.
public protocol CredentialsProvider: Sendable {
  /// Fetches credentials.
  /// - Returns: nil when this place is not set up here, so that the next one may be asked.
  /// - Throws: `AWSError.credentials` when it is set up and yet gives none.
  func credentials() async throws -> Credentials?
}

/// Credentials that are known from the start.
public struct StaticCredentials: CredentialsProvider {
  let value: Credentials

  /// Gives these credentials, always.
  public init(_ value: Credentials) { self.value = value }

  /// The credentials that it was made with.
  public func credentials() -> Credentials? { value }
}
