public import HTTPTypes

/// The headers that every response carries, errors included.
///
/// Source: OWASP ASVS 5.0, 3.4; Content Security Policy Level 3.
public struct SecurityHeaders: Sendable {
  private let policy: String
  private let isBehindTLS: Bool

  /// - Parameters:
  ///   - otherOrigins: Where pictures come from and uploads go to besides this server, such as a bucket's origin.
  ///   - isBehindTLS: Whether browsers come by `https`, so that they may be told to stay with it.
  public init(otherOrigins: [String] = [], isBehindTLS: Bool = false) {
    let others = otherOrigins.map { " \($0)" }.joined()
    policy = [
      "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:\(others)",
      "connect-src 'self'\(others)", "form-action 'self'", "base-uri 'none'", "object-src 'none'",
      "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")
    self.isBehindTLS = isBehindTLS
  }

  /// Adds them; a policy that a response has already, because it is stricter, stays.
  public func add(to headers: inout HTTPFields) {
    if headers[.contentSecurityPolicy] == nil { headers[.contentSecurityPolicy] = policy }
    headers[.xContentTypeOptions] = "nosniff"
    headers[.referrerPolicy] = "same-origin"
    headers[.crossOriginOpenerPolicy] = "same-origin"
    headers[.crossOriginResourcePolicy] = "same-origin"
    headers[.permissionsPolicy] =
      "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    if isBehindTLS { headers[.strictTransportSecurity] = "max-age=31536000" }
    if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
  }
}

extension HTTPField.Name {
  static let referrerPolicy = token("Referrer-Policy")
  static let crossOriginOpenerPolicy = token("Cross-Origin-Opener-Policy")
  static let permissionsPolicy = token("Permissions-Policy")
  static let forwardedFor = token("X-Forwarded-For")
  static let forwardedProto = token("X-Forwarded-Proto")
  static let secFetchSite = token("Sec-Fetch-Site")
  static let oidcData = token("x-amzn-oidc-data")

  /// A name that is written in the source; one that could not be a name would be a header that nobody reads.
  static func token(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .xContentTypeOptions }
}
