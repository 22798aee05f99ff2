internal import FoundationEssentials
internal import HTTPTypes
internal import Threads

/// Where the public keys of a load balancer come from, each by its id.
public enum LoadBalancerKeys: Sendable {
  /// A folder of files `<id>.pem`, for hosts that cannot reach AWS's address.
  case folder(String)
  /// Whoever asks an address for them; it is given the id, a UUID, and gives the key in PEM.
  case service(@Sendable (String) async throws -> String)

  private static let limit = 4 << 10

  func pem(of id: String) async throws -> String {
    do {
      switch self {
      case .folder(let path):
        return try await withDedicatedThread {
          String(decoding: try Data(contentsOf: URL(filePath: "\(path)/\(id).pem")).prefix(Self.limit), as: UTF8.self)
        }
      case .service(let ask): return try await ask(id)
      }
    } catch {
      throw HTTPFault(
        .serviceUnavailable, code: "no_key",
        message: "The load balancer's key cannot be had, so nobody can be signed in; try again in a minute.",
        headers: [.retryAfter: "60"])
    }
  }
}
