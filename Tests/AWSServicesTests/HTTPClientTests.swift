import AWSServices
import AWSFixtures
import Testing

@Suite struct HTTPClientTests {
  let http: HTTPClient

  init() throws { http = try HTTPClient(trust: TrustStore(environment: [:])) }

  @Test func sendsMethodHeadersAndBodyAsTheyAre() async throws {
    let server = try FaultServer { .init(headers: ["X-Seen": $0.method], body: $0.body.reversed()) }
    for (method, body) in [("PUT", [1, 2, 3]), ("POST", [4]), ("POST", []), ("PUT", []), ("GET", []), ("DELETE", [])] {
      let (head, answer) = try await http.send(
        HTTPRequest(
          method: method, url: server.url + "/a/../b//%2E?x=1", headers: ["X-Empty": "", "X-Two": "a b"],
          body: body.map { UInt8($0) }))
      #expect(head.status == 200)
      #expect(head.headers["x-seen"] == method)
      #expect(answer == body.reversed().map { UInt8($0) })
    }
    let requests = server.requests
    #expect(requests.allSatisfy { $0.target == "/a/../b//%2E?x=1" })
    #expect(requests.allSatisfy { $0.headers["x-two"] == "a b" && $0.headers["x-empty"] == "" })
    #expect(requests.allSatisfy { $0.headers["expect"] == nil && $0.headers["accept"] == nil })
    #expect(requests[3].headers["content-length"] == "0")
  }

  @Test func usesAConnectionAgain() async throws {
    let server = try FaultServer { _ in .init(text: "ok") }
    for _ in 0..<5 { _ = try await http.send(HTTPRequest(method: "GET", url: server.url + "/")) }
    #expect(Set(server.requests.map(\.connection)) == [0])
  }

  @Test func makesManyRequestsAtOnce() async throws {
    let server = try FaultServer { .init(text: $0.path, fault: .drip(bytes: 100, milliseconds: 50)) }
    let answers = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<40 {
        group.addTask { [http] in
          let (_, body) = try await http.send(HTTPRequest(method: "GET", url: "\(server.url)/\(number)"))
          return String(decoding: body, as: UTF8.self)
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(answers == Set((0..<40).map { "/\($0)" }))
  }

  @Test func followsNoRedirect() async throws {
    let server = try FaultServer { _ in .init(302, headers: ["Location": "http://169.254.169.254/"], text: "") }
    #expect(try await http.send(HTTPRequest(method: "GET", url: server.url + "/")).head.status == 302)
    #expect(server.requests.count == 1)
  }

  @Test func holdsBackADownloadThatNobodyReads() async throws {
    let size = 64 << 20
    let server = try FaultServer { _ in .init(body: [UInt8](repeating: 5, count: size)) }
    var limits = TransferLimits()
    limits.bufferBytes = 256 << 10
    let response = try await http.open(HTTPRequest(method: "GET", url: server.url + "/", limits: limits))
    try await Task.sleep(for: .milliseconds(500))
    // What has left the server is in the client's buffer and in those of the two sockets.
    #expect(server.sentBytes < 16 << 20)
    var count = 0
    while let chunk = try await response.next() {
      #expect(chunk.allSatisfy { $0 == 5 })
      count += chunk.count
    }
    #expect(count == size)
  }

  @Test func tellsABodyThatIsCutShort() async throws {
    for fault in [FaultServer.Fault.closedAfter(1000), .resetAfter(1000)] {
      let server = try FaultServer { _ in .init(body: [UInt8](repeating: 1, count: 5000), fault: fault) }
      let response = try await http.open(HTTPRequest(method: "GET", url: server.url + "/"))
      await #expect {
        _ = try await response.readAll(limit: 10_000)
      } throws: { error in
        if case .cutShort = error as? HTTPError { true } else { false }
      }
    }
  }

  @Test func givesUpOnSilence() async throws {
    let server = try FaultServer { _ in .init(text: "late", fault: .silence(milliseconds: 5000)) }
    var limits = TransferLimits()
    limits.idleTimeout = .seconds(1)
    await #expect {
      _ = try await http.send(HTTPRequest(method: "GET", url: server.url + "/", limits: limits))
    } throws: { error in
      if case .timeout = error as? HTTPError { true } else { false }
    }
  }

  @Test func refusesAResponseThatIsTooLarge() async throws {
    let server = try FaultServer { _ in .init(body: [UInt8](repeating: 1, count: 5000)) }
    await #expect(throws: HTTPError.tooLarge(limit: 4999)) {
      _ = try await http.send(HTTPRequest(method: "GET", url: server.url + "/"), limit: 4999)
    }
    let wordy = try FaultServer { _ in .init(headers: ["X-Long": String(repeating: "a", count: 90_000)], text: "") }
    await #expect(throws: HTTPError.self) { _ = try await http.send(HTTPRequest(method: "GET", url: wordy.url + "/")) }
  }

  @Test func saysThatNobodyListens() async throws {
    let server = try FaultServer { _ in .init(text: "") }
    server.stop()
    await #expect {
      _ = try await http.send(HTTPRequest(method: "GET", url: server.url + "/"))
    } throws: { error in
      if case .connect = error as? HTTPError { true } else { false }
    }
  }

  @Test func endsWhenItsTaskIsCancelled() async throws {
    let server = try FaultServer { _ in .init(text: "late", fault: .silence(milliseconds: 10_000)) }
    let request = Task { [http] in try await http.send(HTTPRequest(method: "GET", url: server.url + "/")).head.status }
    for _ in 0..<2000 where server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    request.cancel()
    await #expect(throws: HTTPError.cancelled) { try await request.value }
  }

  @Test func refusesAHeaderWithALineBreak() async throws {
    await #expect(throws: HTTPError.invalid("the header X holds a line break or a NUL")) {
      _ = try await http.send(HTTPRequest(method: "GET", url: "http://127.0.0.1:1/", headers: ["X": "a\r\nY: b"]))
    }
  }

  @Test(arguments: [
    "http://127.0.0.1:9/", "http://localhost/", "http://169.254.169.254/latest", "http://[fd00:ec2::254]/",
    "http://169.254.170.2/v2",
  ])
  func sendsNothingLocalThroughAProxy(url: String) { #expect(ProxyRule.isDirect(url: url)) }

  @Test func sendsTheRestAsTheEnvironmentSays() {
    #expect(!ProxyRule.isDirect(url: "https://s3.eu-central-1.amazonaws.com/"))
  }

  @Test func findsTheSystemsCertificates() {
    #expect(TrustStore(environment: ["AWS_CA_BUNDLE": "/a.pem"]) { _ in true }.file == "/a.pem")
    #expect(
      TrustStore(environment: [:]) { $0.hasPrefix("/etc/pki") }.file == "/etc/pki/tls/certs/ca-bundle.crt")
    #expect(TrustStore(environment: [:]) { _ in false }.file == nil)
  }

  @Test func findsTheBundlesCertificatesWhereTheSystemHasNone() {
    let environment = ["LAMBDA_TASK_ROOT": "/var/task"]
    #expect(TrustStore(environment: environment) { _ in true }.file == "/etc/ssl/certs/ca-certificates.crt")
    #expect(
      TrustStore(environment: environment) { $0.hasPrefix("/var") }.file == "/var/task/share/ca-certificates.crt")
  }
}
