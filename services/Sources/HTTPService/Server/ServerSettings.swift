/// How a server is reached and what it takes.
public struct ServerSettings: Sendable {
  /// The address to listen on.
  public var address = "127.0.0.1"
  /// The port to listen on; 0 for a free one.
  public var port = 8080
  /// What stands before every path, without a slash at its end; empty for none.
  public var basePath = ""
  /// Names under which the server is asked for, besides the loopback's.
  public var hosts: [String] = []
  /// Whether browsers come by https.
  public var isBehindTLS = false
  /// Proxies whose word on the client counts.
  public var trustedProxies: [String] = []
  /// Origins besides this server's own that pages use.
  public var otherOrigins: [String] = []
  /// Connections at once; more wait in the system's queue.
  public var maximumConnections = 1024
  /// Seconds after which a connection without a request ends.
  public var idleSeconds = 75
  /// Bytes a second that a request's body must bring on average.
  public var minimumBytesPerSecond = 500
  /// Seconds in which a piece of a response must have been taken.
  public var writeSeconds = 30
  /// Seconds that running requests have when the server is told to end.
  public var shutdownSeconds = 25
  /// Requests that one address, and one person, may make in a minute.
  public var requestsPerMinute = 1200
  /// Seconds between lines of metrics in CloudWatch's embedded format; 0 for none.
  public var metricsSeconds = 0

  /// Everything by default: a server on a free port of the loopback.
  public init() {}

  /// Whether only this machine can reach the server.
  public var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(address) }
}
