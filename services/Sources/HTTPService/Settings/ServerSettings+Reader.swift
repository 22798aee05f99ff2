internal import FoundationEssentials

extension ServerSettings {
  /// The settings that every web application here has.
  public static let table: [Setting] = [
    Setting("DARKROOM_WEB_ADDRESS", "127.0.0.1", "Address to listen on; any but the loopback needs a sign-in"),
    Setting("DARKROOM_WEB_PORT", "8080", "Port to listen on; 0 for a free one"),
    Setting(
      "DARKROOM_WEB_PUBLIC_URL", "none",
      "What browsers ask for, such as `https://images.example.org/darkroom`: its host is allowed, its path goes before "
        + "every link, and https brings HSTS"),
    Setting("DARKROOM_WEB_HOSTS", "none", "Further host names that are allowed, divided by commas"),
    Setting(
      "DARKROOM_WEB_TRUSTED_PROXIES", "none",
      "Addresses or networks of proxies whose last entry in X-Forwarded-For counts, divided by commas"),
    Setting("DARKROOM_WEB_SIGN_IN", "none", "`none` (loopback only), `htpasswd` or `alb`"),
    Setting("DARKROOM_WEB_HTPASSWD", "none", "The file of names and hashes, for `htpasswd`"),
    Setting("DARKROOM_WEB_ALB_SIGNER", "none", "The load balancer's ARN, for `alb`"),
    Setting("DARKROOM_WEB_ALB_CLIENT", "none", "The client's id at the identity provider, for `alb`"),
    Setting("DARKROOM_WEB_ALB_ISSUER", "none", "The identity provider's issuer, for `alb`"),
    Setting(
      "DARKROOM_WEB_ALB_KEYS", "the region's address",
      "Where the load balancer's keys are: a folder of `<id>.pem`, or an address, for hosts that cannot reach AWS's"),
    Setting("DARKROOM_WEB_MAX_CONNECTIONS", "1024", "Connections at once; more wait"),
    Setting("DARKROOM_WEB_IDLE_SECONDS", "75", "Seconds after which a connection without a request ends"),
    Setting(
      "DARKROOM_WEB_MIN_BYTES_PER_SECOND", "500", "What a body must bring on average after its first ten seconds"),
    Setting("DARKROOM_WEB_WRITE_SECONDS", "30", "Seconds in which a piece of a response must have been taken"),
    Setting("DARKROOM_WEB_SHUTDOWN_SECONDS", "25", "Seconds that running requests have after SIGTERM"),
    Setting("DARKROOM_WEB_REQUESTS_PER_MINUTE", "1200", "Requests of one address, and of one person, in a minute"),
    Setting("DARKROOM_WEB_METRICS_SECONDS", "0", "Seconds between lines of metrics for CloudWatch; 0 for none"),
  ]

  /// Reads them; what is wrong is noted in the reader.
  public init(_ reader: inout SettingsReader) {
    self.init()
    address = reader.text("DARKROOM_WEB_ADDRESS") ?? address
    port = reader.integer("DARKROOM_WEB_PORT", in: 0...65535, default: 8080)
    hosts = reader.list("DARKROOM_WEB_HOSTS")
    if let text = reader.text("DARKROOM_WEB_PUBLIC_URL") {
      if let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
        let host = url.host(),
        url.query() == nil, url.fragment() == nil
      {
        hosts.append(url.port.map { "\(host):\($0)" } ?? host)
        isBehindTLS = scheme == "https"
        basePath = url.path()
        while basePath.hasSuffix("/") { basePath.removeLast() }
      } else {
        reader.refuse("DARKROOM_WEB_PUBLIC_URL", "\(text.debugDescription) is not an address such as https://host/path")
      }
    }
    trustedProxies = reader.list("DARKROOM_WEB_TRUSTED_PROXIES")
    do { _ = try TrustedProxies(trustedProxies) } catch { reader.refuse("DARKROOM_WEB_TRUSTED_PROXIES", "\(error)") }
    maximumConnections = reader.integer("DARKROOM_WEB_MAX_CONNECTIONS", in: 1...65536, default: maximumConnections)
    idleSeconds = reader.integer("DARKROOM_WEB_IDLE_SECONDS", in: 1...3600, default: idleSeconds)
    minimumBytesPerSecond = reader.integer(
      "DARKROOM_WEB_MIN_BYTES_PER_SECOND", in: 1...1_000_000, default: minimumBytesPerSecond)
    writeSeconds = reader.integer("DARKROOM_WEB_WRITE_SECONDS", in: 1...3600, default: writeSeconds)
    shutdownSeconds = reader.integer("DARKROOM_WEB_SHUTDOWN_SECONDS", in: 1...3600, default: shutdownSeconds)
    requestsPerMinute = reader.integer(
      "DARKROOM_WEB_REQUESTS_PER_MINUTE", in: 1...1_000_000, default: requestsPerMinute)
    metricsSeconds = reader.integer("DARKROOM_WEB_METRICS_SECONDS", in: 0...86_400, default: 0)
  }
}
