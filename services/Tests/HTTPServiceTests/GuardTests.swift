import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
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
    for wrong in ["::ffff:0:0/80", "10.0.0.0/33", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/"] {
      #expect(throws: TrustedProxies.NetworkError.self, "\(wrong)") { try TrustedProxies([wrong]) }
    }
  }

  @Test("an address of IPv4 that comes within IPv6, as on a socket that takes both, is one of IPv4 everywhere")
  func mappedAddresses() throws {
    let proxies = try TrustedProxies(["10.0.0.0/16", "::ffff:192.168.0.0/112"])
    #expect(proxies.contains("::ffff:10.0.3.4") && !proxies.contains("::ffff:10.1.3.4"))
    #expect(proxies.contains("192.168.7.8") && !proxies.contains("192.169.7.8"))
    #expect(proxies.client(behind: "::ffff:10.0.3.4", forwardedFor: "::ffff:2.2.2.2") == "2.2.2.2")
    #expect(proxies.client(behind: "10.0.3.4", forwardedFor: "2001:db8::2") == "2001:db8::2")
    let channel = NIOAsyncTestingChannel()
    for (peer, shown) in [("::ffff:127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("10.0.3.4", "10.0.3.4")] {
      channel.remoteAddress = try SocketAddress(ipAddress: peer, port: 1)
      let context = ServiceContext(
        source: ApplicationRequestContextSource(channel: channel, logger: Logger(label: "test")))
      #expect((context.peerAddress, context.clientAddress) == (shown, shown))
    }
  }
}
