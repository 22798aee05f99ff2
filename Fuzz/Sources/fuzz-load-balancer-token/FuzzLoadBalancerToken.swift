import Crypto
import Encodings
import HTTPService
import HTTPTypes
import Threads

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Takes any bytes for a load balancer's token: none lets a person in but one that it has signed and that says so.
///
/// Where the first byte is even, the rest is a header and, behind a zero, a payload, which are signed with the right
/// key; where it is odd, the rest is the token.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLoadBalancerToken(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let rest = Array(UnsafeBufferPointer(start: start + 1, count: count - 1))
  guard start[0] % 2 == 0 else {
    let token = String(decoding: rest, as: UTF8.self)
    guard !isLetIn(token) else { fatalError("let in without a signature: \(token)") }
    return 0
  }
  let header = Array(rest.prefix { $0 != 0 })
  let signed = "\(encoded(header)).\(encoded(Array(rest.dropFirst(header.count + 1))))"
  guard let signature = try? key.signature(for: Array(signed.utf8)) else { fatalError("nothing was signed") }
  let token = "\(signed).\(encoded(Array(signature.rawRepresentation)))"
  if isLetIn(token) {
    guard let fields = try? JSONDecoder().decode(Header.self, from: Data(header)), fields.isRight else {
      fatalError("let in by \(String(decoding: header, as: UTF8.self))")
    }
    guard !isLetIn(token.replacing(".", with: ".A", maxReplacements: 1)) else {
      fatalError("let in with a payload that was not signed: \(token)")
    }
  }
  return 0
}

private func isLetIn(_ token: String) -> Bool {
  do {
    let person = try runBlocking { try await signIn.person(token: token) }
    guard !person.name.isEmpty else { fatalError("let in without a name: \(token)") }
    return true
  } catch let fault as HTTPFault where fault.status == .unauthorized {
    return false
  } catch {
    fatalError("\(error) of \(token)")
  }
}

private let key = P256.Signing.PrivateKey()
private let signIn: LoadBalancerSignIn = {
  let pem = key.publicKey.pemRepresentation
  return LoadBalancerSignIn(
    .init(signer: "arn:1", client: "web", issuer: "https://idp"), keys: .service { _ in pem })
}()

/// What a header has to say, read once more.
private struct Header: Decodable {
  var alg: String
  var kid: String
  var signer: String
  var client: String
  var iss: String
  var exp: Double

  var isRight: Bool {
    alg == "ES256" && signer == "arn:1" && client == "web" && iss == "https://idp" && UUID(uuidString: kid) != nil
      && exp > Date().timeIntervalSince1970 - 120
  }
}

private func encoded(_ bytes: [UInt8]) -> String {
  Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_")
}
