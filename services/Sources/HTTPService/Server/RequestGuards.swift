internal import HTTPTypes

/// What every request has to pass before a route sees it.
struct RequestGuards: Sendable {
  let hosts: HostAllowList
  let proxies: TrustedProxies
  let signIn: SignIn
  private let byAddress: TokenBuckets
  private let byPerson: TokenBuckets

  init(settings: ServerSettings, signIn: SignIn) throws {
    hosts = HostAllowList(settings.hosts)
    proxies = try TrustedProxies(settings.trustedProxies)
    self.signIn = signIn
    byAddress = TokenBuckets(capacity: Double(settings.requestsPerMinute), refilledIn: .seconds(60))
    byPerson = TokenBuckets(capacity: Double(settings.requestsPerMinute), refilledIn: .seconds(60))
  }

  /// - Throws: `HTTPFault`.
  func check(_ request: HTTPRequest, _ context: inout ServiceContext) async throws {
    let isBehindProxy = proxies.contains(context.peerAddress)
    context.clientAddress = proxies.client(
      behind: context.peerAddress, forwardedFor: request.headerFields[values: .forwardedFor].last)
    context.isSecure = isBehindProxy && request.headerFields[.forwardedProto] == "https"
    let path = request.path?.prefix { $0 != "?" } ?? "/"
    // Load balancers ask by the address of the host, and sign nobody in.
    if ["/healthz", "/readyz"].contains(path) { return }
    // A name in front, such as the load balancer's, reaches us as the host that was asked for.
    guard let host = request.authority, hosts.allows(host) else {
      throw HTTPFault(
        .misdirectedRequest, code: "unknown_host",
        message: "This server is not known by that name; use the address that it was given to you under.")
    }
    try CrossSiteGuard.check(request, host: host)
    try limit(byAddress, context.clientAddress)
    // Whoever can open a connection from this very machine may read its figures.
    let isLocal = ["127.0.0.1", "::1"].contains(context.peerAddress) && !isBehindProxy
    if path == "/metrics", isLocal, request.headerFields[.forwardedFor] == nil { return }
    context.person = try await signIn.person(for: request, address: context.clientAddress)
    if let person = context.person { try limit(byPerson, person.name) }
  }

  private func limit(_ buckets: TokenBuckets, _ party: String) throws {
    guard let seconds = buckets.take(of: party) else { return }
    throw HTTPFault(
      .tooManyRequests, code: "too_many_requests",
      message: "That was too much at once; wait \(seconds) \(seconds == 1 ? "second" : "seconds") and try again.",
      headers: [.retryAfter: String(seconds)])
  }
}
