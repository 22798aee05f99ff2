import FoundationEssentials

/// The public keys with which Application Load Balancers sign who a person is.
///
/// Source: Elastic Load Balancing User Guide, "Authenticate users using an Application Load Balancer".
public struct LoadBalancerPublicKeys: Sendable {
  private let address: String
  private let http: CredentialsHTTP
  private static let limits = TransferLimits(totalTimeout: .seconds(5))

  /// - Parameters:
  ///   - address: Where a key is found under its id, without a slash at the end; nil for AWS's own of the region.
  ///   - environment: The process's variables, for the region and for certificates to trust.
  /// - Throws: `AWSError.configuration` without an address and a region, or for an address that anybody on the way
  ///   could answer for: keys come by https, or from this machine.
  public init(address: String? = nil, environment: [String: String]) throws {
    let configuration = try AWSConfiguration(environment: environment)
    if let address {
      guard try AWSEndpoint(address).isPrivate else {
        throw AWSError.configuration(
          "the address of the load balancer's keys, \(address), does not begin with https://")
      }
      self.address = address
    } else {
      self.address = "https://public-keys.auth.elb.\(try configuration.requireRegion()).amazonaws.com"
    }
    do throws(HTTPError) {
      http = CredentialsHTTP(
        http: try HTTPClient(trust: TrustStore(environment: environment)), name: "the load balancer's keys")
    } catch { throw AWSError.configuration(error.reason) }
  }

  /// Fetches a key, in PEM.
  /// - Parameter id: A UUID, which becomes part of the address as it is.
  /// - Throws: `AWSError.credentials`.
  public func pem(id: String) async throws -> String {
    let response = try await http.send(HTTPRequest(method: "GET", url: "\(address)/\(id)", limits: Self.limits))
    guard response.head.status == 200 else {
      throw AWSError.credentials("the load balancer's keys: status \(response.head.status) for key \(id)")
    }
    return String(decoding: response.body, as: UTF8.self)
  }
}
