import HTTPTypes
import Testing

@testable import HTTPService

@Suite struct GuardTests {
  @Test(
    "a host is allowed with any port, and a stranger's name is not",
    arguments: [
      ("localhost:8080", true), ("127.0.0.1", true), ("[::1]:99", true), ("images.example.org", true),
      ("IMAGES.example.org:443", true), ("evil.example.org", false), ("localhost.evil.org", false), ("", false),
    ])
  func hosts(host: String, isAllowed: Bool) {
    #expect(HostAllowList(["images.example.org"]).allows(host) == isAllowed)
  }

  @Test(
    "a form of another site's page is refused, and one of our own or of no browser is not",
    arguments: [
      ("same-origin", nil, true), ("none", nil, true), ("cross-site", nil, false), ("same-site", nil, false),
      (nil, "http://localhost:8080", true), (nil, "http://localhost:8081", false), (nil, "null", false),
      (nil, nil, true),
    ] as [(String?, String?, Bool)])
  func crossSite(site: String?, origin: String?, isAllowed: Bool) {
    var request = HTTPRequest(method: .post, scheme: "http", authority: "localhost:8080", path: "/upload")
    request.headerFields[.secFetchSite] = site
    request.headerFields[.origin] = origin
    #expect(((try? CrossSiteGuard.check(request, host: "localhost:8080")) != nil) == isAllowed)
    request.method = .get
    #expect(throws: Never.self) { try CrossSiteGuard.check(request, host: "localhost:8080") }
  }

  @Test("only a trusted proxy's last word on the client counts")
  func proxies() throws {
    let proxies = try TrustedProxies(["10.0.0.0/16", "::1"])
    #expect(proxies.client(behind: "10.0.3.4", forwardedFor: "1.1.1.1, 2.2.2.2") == "2.2.2.2")
    #expect(proxies.client(behind: "10.1.3.4", forwardedFor: "1.1.1.1, 2.2.2.2") == "10.1.3.4")
    #expect(proxies.client(behind: "::1", forwardedFor: "<script>") == "::1")
    for wrong in ["10.0.0.0/33", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/"] {
      #expect(throws: TrustedProxies.NetworkError.self, "\(wrong)") { try TrustedProxies([wrong]) }
    }
  }
}
