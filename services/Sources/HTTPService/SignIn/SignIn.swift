internal import HTTPTypes

/// How people sign in.
public enum SignIn: Sendable {
  /// Nobody has to: for the loopback only.
  case none
  /// By name and password, from a file.
  case passwords(PasswordSignIn)
  /// By the load balancer, which vouches for them with a signed token.
  case loadBalancer(LoadBalancerSignIn)

  /// Who has made a request.
  /// - Parameter address: The client's, for the limit on failures.
  /// - Throws: `HTTPFault` 401, 403 or 429.
  func person(for request: HTTPRequest, address: String) async throws -> Person? {
    switch self {
    case .none: nil
    case .passwords(let passwords):
      try await passwords.person(authorization: request.headerFields[.authorization], address: address)
    case .loadBalancer(let balancer): try await balancer.person(token: request.headerFields[.oidcData])
    }
  }
}
