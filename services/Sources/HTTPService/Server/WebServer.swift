internal import FoundationEssentials
public import Hummingbird
public import Logging
internal import HummingbirdCore
internal import NIOCore
public import ServiceLifecycle
internal import UnixSignals

/// Makes the page that says a refusal to a person.
public typealias ErrorPage = @Sendable (HTTPFault, ServiceContext) -> String?

/// A web application's server: its routes behind the checks that both applications share, and the services that run
/// beside them.
public struct WebServer: Sendable {
  /// How it is reached and what it takes.
  public let settings: ServerSettings
  /// The process's counters.
  public let metrics: Metrics
  private let guards: RequestGuards
  private let log: AccessLog
  private let doors: Set<String>
  private let errorPage: ErrorPage?

  /// - Parameters:
  ///   - doors: What only programs ask for, such as `POST /images`: refusals are JSON there, as under `/api/`.
  ///   - errorPage: The page that says a refusal to a person; nil for JSON.
  ///   - log: Takes the lines of the access log.
  /// - Throws: What is wrong with the settings.
  public init(
    settings: ServerSettings, signIn: SignIn, metrics: Metrics = Metrics(),
    log: @escaping @Sendable (String) -> Void = LogLine.output, doors: Set<String> = [], errorPage: ErrorPage? = nil
  ) throws {
    self.settings = settings
    self.metrics = metrics
    self.doors = doors
    self.errorPage = errorPage
    self.log = AccessLog(write: log)
    guards = try RequestGuards(settings: settings, signIn: signIn)
  }

  /// The routes with what stands around them.
  public func responder(_ router: Router<ServiceContext>) -> ServiceResponder<RouterResponder<ServiceContext>> {
    ServiceResponder(
      routes: router.buildResponder(), settings: settings, guards: guards,
      headers: SecurityHeaders(otherOrigins: settings.otherOrigins, isBehindTLS: settings.isBehindTLS),
      metrics: metrics, log: log, doors: doors, errorPage: errorPage)
  }

  /// Adds what tells others how the process is: `/healthz`, `/readyz`, `/metrics`.
  /// - Parameter isReady: Says what is missing; nil when nothing is.
  public func addHealth(to router: Router<ServiceContext>, isReady: @escaping @Sendable () async -> String?) {
    router.get("/healthz") { _, _ in "ok\n" }
    router.get("/readyz") { _, _ -> Response in
      let missing = await isReady()
      return Response(
        status: missing == nil ? .ok : .serviceUnavailable, headers: [.contentType: "text/plain; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: missing.map { "\($0)\n" } ?? "ready\n")))
    }
    router.get("/metrics") { [metrics] _, _ in
      Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.prometheusText())))
    }
  }

  /// Serves until the process is told to end by SIGTERM or SIGINT, and then gives what runs its time.
  /// - Parameters:
  ///   - services: Run beside the server, and end after it.
  ///   - onStart: Is told the port.
  public func run(
    _ router: Router<ServiceContext>, services: [any Service] = [], logger: Logger,
    onStart: @escaping @Sendable (Int) -> Void
  ) async throws {
    let limits = SlowClientLimits(
      bytesPerSecond: settings.minimumBytesPerSecond, grace: .seconds(10),
      writeDeadline: .seconds(Int64(settings.writeSeconds)))
    let application = Application(
      responder: responder(router),
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [SlowClientHandler(limits)], idleTimeout: .seconds(Int64(settings.idleSeconds)),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.address, port: settings.port), serverName: nil, backlog: 512,
        availableConnectionsDelegate: MaximumAvailableConnections(settings.maximumConnections, logger: logger)),
      onServerRunning: { channel in onStart(channel.localAddress?.port ?? 0) },
      logger: logger)
    var configuration = ServiceGroupConfiguration(
      services: services + [MetricsReporter(metrics: metrics, seconds: settings.metricsSeconds), application],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(settings.shutdownSeconds)
    do {
      try await ServiceGroup(configuration: configuration).run()
    } catch is CancellationError {
      // The time for what was running is over.
    }
  }
}

/// Writes the metrics to the log now and then, where CloudWatch's agent finds them.
private struct MetricsReporter: Service {
  let metrics: Metrics
  let seconds: Int

  func run() async throws {
    guard seconds > 0 else {
      try? await gracefulShutdown()
      return
    }
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(seconds))
        LogLine.output(metrics.embeddedLine(at: Int64(Date().timeIntervalSince1970 * 1000)))
      }
    }
  }
}
