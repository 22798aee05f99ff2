internal import FoundationEssentials
internal import HTTPTypes
internal import JWTKit
internal import Synchronization

/// Sign-in by the load balancer in front, which signs who a person is (`x-amzn-oidc-data`, ES256).
public final class LoadBalancerSignIn: Sendable {
  /// What a token must say.
  public struct Rules: Sendable {
    /// The load balancer's ARN: without it, anybody's load balancer would do.
    public var signer: String
    /// The client's id at the identity provider.
    public var client: String
    /// The identity provider.
    public var issuer: String

    /// What a token must say.
    public init(signer: String, client: String, issuer: String) {
      self.signer = signer
      self.client = client
      self.issuer = issuer
    }
  }

  private let rules: Rules
  private let keys: LoadBalancerKeys
  private let now: @Sendable () -> Date
  private let cache = Mutex<[String: ES256PublicKey]>([:])
  private static let mostKeys = 64
  private static let skew: Double = 60

  /// - Parameter keys: Where the load balancer's keys come from.
  public convenience init(_ rules: Rules, keys: LoadBalancerKeys) { self.init(rules, keys: keys) { Date() } }

  init(_ rules: Rules, keys: LoadBalancerKeys, now: @escaping @Sendable () -> Date) {
    self.rules = rules
    self.keys = keys
    self.now = now
  }

  /// Who a token stands for.
  /// - Throws: `HTTPFault`: 401 for a token that does not let anybody in, 503 where its key cannot be had.
  public func person(token: String?) async throws -> Person {
    guard let token else {
      throw Self.refusal("no_token", "The load balancer has signed nobody in; come in through it.")
    }
    guard let header = LoadBalancerTokenHeader(token: token), header.alg == "ES256", let keyID = header.keyID else {
      throw Self.refusal("bad_token", "The load balancer's token cannot be read; sign in again.")
    }
    guard header.signer == rules.signer, header.client == rules.client, header.iss == rules.issuer else {
      throw Self.refusal("foreign_token", "The token is not from this server's load balancer; come in through it.")
    }
    guard header.exp + Self.skew > now().timeIntervalSince1970 else {
      throw Self.refusal("expired_token", "The sign-in has run out; load the page anew.")
    }
    let claims: Claims
    do {
      let key = try await key(keyID)
      // A collection of this one key: no other can stand in for it.
      claims = try await JWTKeyCollection().add(ecdsa: key).verify(token, as: Claims.self)
    } catch let fault as HTTPFault {
      throw fault
    } catch {
      throw Self.refusal("bad_token", "The load balancer's token is not signed by it; sign in again.")
    }
    guard let name = claims.email ?? claims.sub, !name.isEmpty else {
      throw Self.refusal("nameless_token", "The load balancer's token names nobody; sign in again.")
    }
    return Person(name: name)
  }

  private func key(_ id: String) async throws -> ES256PublicKey {
    if let key = cache.withLock({ $0[id] }) { return key }
    let key = try ES256PublicKey(pem: try await keys.pem(of: id))
    cache.withLock { cache in
      if cache.count >= Self.mostKeys { cache.removeAll() }
      cache[id] = key
    }
    return key
  }

  private static func refusal(_ code: String, _ message: String) -> HTTPFault {
    HTTPFault(.unauthorized, code: code, message: message)
  }

  private struct Claims: JWTPayload {
    var sub: String?
    var email: String?
    /// The signature is all that is asked of the library; the header, which it does not show, has been looked at.
    func verify(using algorithm: some JWTAlgorithm) {}
  }
}
