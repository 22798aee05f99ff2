import Crypto
import Encodings
import FoundationEssentials
import HTTPTypes
import Testing

@testable import HTTPService

/// A load balancer that signs tokens as AWS's do, with padding.
private struct Balancer {
  let key = P256.Signing.PrivateKey()
  var header: [String: any Sendable] = [
    "alg": "ES256", "kid": "12345678-1234-1234-1234-123456789abc", "signer": "arn:aws:lb/1", "client": "web",
    "iss": "https://idp", "exp": 2000,
  ]

  func token(_ payload: String = #"{"sub":"1","email":"ada@example.org"}"#) throws -> String {
    let fields = header.sorted { $0.key < $1.key }.map { name, value in
      "\"\(name)\":" + (value is Int ? "\(value)" : "\"\(value)\"")
    }
    let signed = [Array("{\(fields.joined(separator: ","))}".utf8), Array(payload.utf8)].map(Self.encode)
      .joined(separator: ".")
    return "\(signed).\(Self.encode(Array(try key.signature(for: Array(signed.utf8)).rawRepresentation)))"
  }

  func signIn(at seconds: Double = 1900) -> LoadBalancerSignIn {
    let pem = key.publicKey.pemRepresentation
    return LoadBalancerSignIn(
      .init(signer: "arn:aws:lb/1", client: "web", issuer: "https://idp"), keys: .service { _ in pem }
    ) { Date(timeIntervalSince1970: seconds) }
  }

  private static func encode(_ bytes: [UInt8]) -> String {
    Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_")
  }
}

@Suite struct LoadBalancerSignInTests {
  @Test("a token that the load balancer has signed names the person")
  func good() async throws {
    let balancer = Balancer()
    #expect(try await balancer.signIn().person(token: balancer.token()) == Person(name: "ada@example.org"))
  }

  @Test(
    "whatever else a token says, it lets nobody in",
    arguments: [
      ("signer", "arn:aws:lb/2", "foreign_token"), ("client", "other", "foreign_token"),
      ("iss", "https://other", "foreign_token"), ("exp", 1800, "expired_token"), ("alg", "none", "bad_token"),
      ("alg", "HS256", "bad_token"), ("kid", "../../etc/passwd", "bad_token"),
    ] as [(String, any Sendable, String)])
  func bad(field: String, value: any Sendable, code: String) async throws {
    var balancer = Balancer()
    balancer.header[field] = value
    let token = try balancer.token()
    let fault = try await #require(throws: HTTPFault.self) { try await balancer.signIn().person(token: token) }
    #expect(fault.code == code)
    #expect(fault.status == .unauthorized)
  }

  @Test("a token of another key, and one that was changed, let nobody in")
  func forged() async throws {
    let balancer = Balancer()
    let other = try Balancer().token()
    var parts = try balancer.token().split(separator: ".")
    parts[1] = try Balancer().token(#"{"email":"eve@example.org"}"#).split(separator: ".")[1]
    for token in [other, parts.joined(separator: "."), "", "a.b.c", "..", String(repeating: "a", count: 20_000)] {
      let fault = try await #require(throws: HTTPFault.self) { try await balancer.signIn().person(token: token) }
      #expect(fault.code == "bad_token")
    }
    let fault = try await #require(throws: HTTPFault.self) { try await balancer.signIn().person(token: nil) }
    #expect(fault.code == "no_token")
  }
}
