internal import FoundationEssentials

extension ServerSettings {
  /// The settings that every web application here has.
  /// - Parameters:
  ///   - prefix: What the names begin with, such as `DARKROOM_WEB_`.
  ///   - defaults: What holds where nothing is said.
  public static func table(prefix: String, defaults: ServerSettings) -> [Setting] {
    [
      Setting("\(prefix)ADDRESS", "\(defaults.address)", "Address to listen on; any but the loopback needs a sign-in"),
      Setting("\(prefix)PORT", "\(defaults.port)", "Port to listen on; 0 for a free one"),
      Setting(
        "\(prefix)PUBLIC_URL", "none",
        "What browsers ask for, such as `https://images.example.org/darkroom`: its host is allowed, its path goes before "
          + "every link, and https brings HSTS"),
      Setting("\(prefix)HOSTS", "none", "Further host names that are allowed, divided by commas"),
      Setting(
        "\(prefix)TRUSTED_PROXIES", "none",
        "Addresses or networks of proxies whose last entry in X-Forwarded-For counts, divided by commas"),
      Setting("\(prefix)SIGN_IN", "none", "`none` (loopback only), `htpasswd` or `alb`"),
      Setting("\(prefix)HTPASSWD", "none", "The file of names and hashes, for `htpasswd`"),
      Setting("\(prefix)ALB_SIGNER", "none", "The load balancer's ARN, for `alb`"),
      Setting("\(prefix)ALB_CLIENT", "none", "The client's id at the identity provider, for `alb`"),
      Setting("\(prefix)ALB_ISSUER", "none", "The identity provider's issuer, for `alb`"),
      Setting(
        "\(prefix)ALB_KEYS", "the region's address",
        "Where the load balancer's keys are: a folder of `<id>.pem`, or an address, for hosts that cannot reach AWS's"),
      Setting("\(prefix)MAX_CONNECTIONS", "\(defaults.maximumConnections)", "Connections at once; more wait"),
      Setting(
        "\(prefix)IDLE_SECONDS", "\(defaults.idleSeconds)", "Seconds after which a connection without a request ends"),
      Setting(
        "\(prefix)MIN_BYTES_PER_SECOND", "\(defaults.minimumBytesPerSecond)",
        "What a body must bring on average after its first ten seconds"),
      Setting(
        "\(prefix)WRITE_SECONDS", "\(defaults.writeSeconds)",
        "Seconds in which a piece of a response must have been taken"),
      Setting(
        "\(prefix)SHUTDOWN_SECONDS", "\(defaults.shutdownSeconds)", "Seconds that running requests have after SIGTERM"),
      Setting(
        "\(prefix)REQUESTS_PER_MINUTE", "\(defaults.requestsPerMinute)",
        "Requests of one address, and of one person, in a minute"),
      Setting(
        "\(prefix)METRICS_SECONDS", "\(defaults.metricsSeconds)",
        "Seconds between lines of metrics for CloudWatch; 0 for none"),
    ]
  }

  /// Reads them; what is wrong is noted in the reader.
  /// - Parameter defaults: What holds where nothing is said.
  public init(_ reader: inout SettingsReader, defaults: ServerSettings) {
    self = defaults
    let prefix = reader.prefix
    address = reader.text("\(prefix)ADDRESS") ?? address
    port = reader.integer("\(prefix)PORT", in: 0...65535, default: port)
    hosts = reader.list("\(prefix)HOSTS")
    if let text = reader.text("\(prefix)PUBLIC_URL") {
      if let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
        let host = url.host(),
        url.query() == nil, url.fragment() == nil
      {
        hosts.append(url.port.map { "\(host):\($0)" } ?? host)
        isBehindTLS = scheme == "https"
        basePath = url.path()
        while basePath.hasSuffix("/") { basePath.removeLast() }
      } else {
        reader.refuse("\(prefix)PUBLIC_URL", "\(text.debugDescription) is not an address such as https://host/path")
      }
    }
    trustedProxies = reader.list("\(prefix)TRUSTED_PROXIES")
    do { _ = try TrustedProxies(trustedProxies) } catch { reader.refuse("\(prefix)TRUSTED_PROXIES", "\(error)") }
    maximumConnections = reader.integer("\(prefix)MAX_CONNECTIONS", in: 1...65536, default: maximumConnections)
    idleSeconds = reader.integer("\(prefix)IDLE_SECONDS", in: 1...3600, default: idleSeconds)
    minimumBytesPerSecond = reader.integer(
      "\(prefix)MIN_BYTES_PER_SECOND", in: 1...1_000_000, default: minimumBytesPerSecond)
    writeSeconds = reader.integer("\(prefix)WRITE_SECONDS", in: 1...3600, default: writeSeconds)
    shutdownSeconds = reader.integer("\(prefix)SHUTDOWN_SECONDS", in: 1...3600, default: shutdownSeconds)
    requestsPerMinute = reader.integer(
      "\(prefix)REQUESTS_PER_MINUTE", in: 1...1_000_000, default: requestsPerMinute)
    metricsSeconds = reader.integer("\(prefix)METRICS_SECONDS", in: 0...86_400, default: metricsSeconds)
  }
}
