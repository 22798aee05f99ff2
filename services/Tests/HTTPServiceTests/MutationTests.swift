import NIOCore
import Testing

@testable import HTTPService

/// The same sequence on every run, so that a failure can be had again.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

private func mutated(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
  var bytes = bytes
  for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
    let index = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.remove(at: index)
    case 2: bytes.insert(contentsOf: bytes[index...].prefix(20), at: index)
    default: bytes.removeSubrange(index...)
    }
  }
  return bytes
}

@Suite struct MutationTests {
  @Test("a form that was changed at random gives the same events in whatever pieces it comes, and never more bytes")
  func forms() throws {
    let form = Array(
      ("--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
        + "\r\n--\r\n--Bx--B\r\n--B\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n--B--\r\n").utf8)
    var random = SplitMix(state: 1)
    for _ in 0..<5000 {
      let body = mutated(form, &random)
      let whole = events(body, pieces: body.count + 1)
      #expect(whole == events(body, pieces: Int.random(in: 1...9, using: &random)))
      #expect(whole.bytes <= body.count)
    }
  }

  private struct Outcome: Equatable {
    var parts: [PartHeader] = []
    var contents: [[UInt8]] = []
    var error: MultipartError?
    var bytes: Int { contents.map(\.count).reduce(0, +) }
  }

  private func events(_ body: [UInt8], pieces: Int) -> Outcome {
    var parser = MultipartParser(boundary: "B", maximumParts: 4)
    var outcome = Outcome()
    var rest = body[...]
    do throws(MultipartError) {
      while true {
        switch try parser.next() {
        case .part(let header):
          outcome.parts.append(header)
          outcome.contents.append([])
        case .bytes(let bytes): outcome.contents[outcome.contents.count - 1] += Array(bytes.readableBytesView)
        case .endOfPart: break
        case .end: return outcome
        case .needsMore:
          if rest.isEmpty { throw .truncated }
          parser.append(ByteBuffer(bytes: rest.prefix(pieces)))
          rest = rest.dropFirst(pieces)
        }
      }
    } catch { outcome.error = error }
    // What has come of a part that breaks off depends on the pieces.
    if outcome.error != nil, !outcome.contents.isEmpty { outcome.contents[outcome.contents.count - 1] = [] }
    return outcome
  }

  @Test("headers that were changed at random are read or refused")
  func headers() {
    var random = SplitMix(state: 2)
    let headers = [
      "form-data; name=\"a\"; filename=\"b\\\"c\"", "multipart/form-data; boundary=\"a b\"", "Basic YWRhOnNlY3JldA==",
      "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEiLCJzaWduZXIiOiJhIiwiZXhwIjoxfQ==.e30=.AAAA",
    ]
    for _ in 0..<5000 {
      for header in headers {
        let text = String(decoding: mutated(Array(header.utf8), &random), as: UTF8.self)
        _ = HeaderParameters(text)
        if let boundary = try? MultipartParser.boundary(ofContentType: text) {
          #expect((1...70).contains(boundary.utf8.count))
        }
        if let (name, _) = PasswordSignIn.credentials(text) { #expect(!name.isEmpty) }
        if let keyID = LoadBalancerTokenHeader(token: text)?.keyID { #expect(keyID.utf8.count == 36) }
      }
    }
  }
}
