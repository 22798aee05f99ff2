import AWSServices
import FoundationEssentials
import ImageProcessing
import Threads

/// Protects the Fargate task that this process runs in from being ended by scaling in.
///
/// Source: Amazon ECS Developer Guide, "Amazon ECS task scale-in protection endpoint".
struct ECSTaskProtection: TaskProtection {
  let http: HTTPClient
  /// `$ECS_AGENT_URI`.
  let agent: String

  /// How long the protection lasts if nobody renews it: well over the time between two heartbeats.
  private static let minutes = 60

  func set(_ isProtected: Bool) throws {
    struct State: Encodable {
      var ProtectionEnabled: Bool
      var ExpiresInMinutes: Int?
    }
    let state = State(ProtectionEnabled: isProtected, ExpiresInMinutes: isProtected ? Self.minutes : nil)
    var request = HTTPRequest(
      method: "PUT", url: "\(agent)/task-protection/v1/state", headers: ["Content-Type": "application/json"],
      body: [UInt8](try JSONEncoder().encode(state)))
    request.limits.totalTimeout = .seconds(5)
    let (head, body) = try runBlocking { [request] in try await http.send(request) }
    // What ECS refused the agent passes on with status 200, and without the state of the protection.
    struct Response: Decodable {
      struct Protection: Decodable {}
      var protection: Protection?
    }
    let response = try? JSONDecoder().decode(Response.self, from: Data(body))
    guard head.status == 200, response?.protection != nil else {
      throw Refused(status: head.status, body: String(decoding: body.prefix(256), as: UTF8.self))
    }
  }

  struct Refused: Error, CustomStringConvertible {
    var status: Int
    var body: String
    var description: String { "the ECS agent responded with \(status): \(body)" }
  }
}
