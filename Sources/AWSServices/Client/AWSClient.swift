package import FoundationEssentials

/// What all services share: connections, credentials, the clock and the rules of retries.
///
/// One serves a whole process.
public final class AWSClient: Sendable {
  /// Region, endpoints and limits, as they were given.
  public let configuration: AWSConfiguration
  package let http: HTTPClient
  private let credentials: CredentialsCache
  private let policy: RetryPolicy
  private let quota = RetryQuota()
  private let clock: ServiceClock
  private let traceHeader: TraceHeader
  private static let errorBodyLimit = 1 << 20

  /// Makes a client with connections, credentials and a budget of retries of its own.
  /// - Parameters:
  ///   - configuration: Region, endpoints and limits.
  ///   - credentials: Where credentials come from; nil for AWS's usual chain.
  ///   - trace: Inside Lambda, the trace of the invocation that a call is made for, which goes along as
  ///     `X-Amzn-Trace-Id`; it is asked in the task that makes the call. nil for the variable `_X_AMZN_TRACE_ID`, which
  ///     is right where one invocation runs at a time.
  /// - Throws: `AWSError.configuration`.
  public convenience init(
    configuration: AWSConfiguration, credentials: (any CredentialsProvider)? = nil,
    trace: (@Sendable () -> String?)? = nil
  ) throws {
    try self.init(
      configuration: configuration, credentials: credentials, trace: trace,
      policy: RetryPolicy(attempts: configuration.attempts), now: { Date() })
  }

  package init(
    configuration: AWSConfiguration, credentials: (any CredentialsProvider)?, trace: (@Sendable () -> String?)? = nil,
    policy: RetryPolicy, now: @escaping @Sendable () -> Date
  ) throws {
    self.configuration = configuration
    self.policy = policy
    let clock = ServiceClock(machine: now)
    self.clock = clock
    traceHeader = TraceHeader(environment: configuration.environment, value: trace)
    do throws(HTTPError) {
      http = try HTTPClient(trust: TrustStore(environment: configuration.environment))
    } catch { throw AWSError.configuration(error.reason) }
    self.credentials = CredentialsCache(
      provider: try credentials
        ?? CredentialsChain(configuration: configuration, http: http, clock: clock, traceHeader: traceHeader),
      now: { clock.reading.date })
  }

  /// The time by AWS's clock, as far as it is known.
  package var time: Date { clock.reading.date }

  /// Credentials that are good now, for what is signed without being sent.
  package func currentCredentials() async throws -> Credentials { try await credentials.credentials() }

  /// Makes a call and reads its whole response.
  /// - Parameter limit: The most bytes that the response may have.
  func send(_ request: AWSRequest, limit: Int = 8 << 20) async throws -> (head: HTTPHead, body: [UInt8]) {
    try await attempts(request) { response in
      let body = try await response.readAll(limit: limit)
      if request.mayFailWithin200 {
        // What does not parse is as good as an error: the outcome is not known.
        guard let root = try? XMLParser.parse(body), root.name != "Error" else {
          throw Refusal(head: HTTPHead(status: 500, headers: response.head.headers), body: ErrorBody(body))
        }
      }
      return (response.head, body)
    }
  }

  /// Makes a call whose response's body is read afterwards, as it comes.
  func open(_ request: AWSRequest) async throws -> HTTPResponse { try await attempts(request) { $0 } }

  /// Waits as before a retry of a call: for callers that take up what broke off.
  func pause(beforeRetry retry: Int) async throws { try await policy.sleep(policy.backoff(beforeRetry: retry)) }

  private struct Refusal: Error {
    var head: HTTPHead
    var body: ErrorBody
  }

  private func attempts<Value>(
    _ original: AWSRequest, _ receive: (HTTPResponse) async throws -> Value
  ) async throws -> Value {
    var request = original
    var attempt = 1
    var lastCost = 0
    // Each of these is put right once, without counting as an attempt of its own.
    var didFollowRegion = false
    var didCorrectClockSkew = false
    var didRenewCredentials = false
    while true {
      let signer = SigV4(
        credentials: try await credentials.credentials(), region: request.region, service: request.signingName)
      let cost: Int
      let failure: AWSError
      var retryAfter = 0.0
      let signed = clock.reading
      do {
        let response = try await http.open(request.signed(with: signer, at: signed.date, traceHeader))
        guard (200..<300).contains(response.head.status) else {
          throw Refusal(
            head: response.head, body: ErrorBody(try await response.readAll(limit: Self.errorBodyLimit)))
        }
        let value = try await receive(response)
        quota.giveBack(lastCost)
        return value
      } catch let error as HTTPError {
        if error == .cancelled, Task.isCancelled { throw CancellationError() }
        failure = .network(request.call, reason: error.reason, isRetryable: error.isTransient)
        if case .timeout = error { cost = RetryQuota.timeoutCost } else { cost = RetryQuota.retryCost }
      } catch let refusal as Refusal {
        let refused = ServiceFailure(refusal.head, refusal.body, attempts: attempt)
        failure = .service(request.call, refused)
        cost = RetryQuota.retryCost
        retryAfter = RetryRules.pause(askedBy: refusal.head)
        if !didFollowRegion, let region = region(named: refusal, for: request), let reroute = request.reroute {
          didFollowRegion = true
          try reroute(&request, region)
          continue
        }
        if !didRenewCredentials, RetryRules.isAboutCredentials(code: refused.code) {
          didRenewCredentials = true
          await credentials.forget(signer.credentials)
          continue
        }
        if !didCorrectClockSkew, clock.hasCorrection(refusal.head, code: refused.code, signedAt: signed) {
          didCorrectClockSkew = true
          continue
        }
      }
      guard failure.isRetryable, attempt < policy.attempts, quota.take(cost) else { throw failure }
      lastCost = cost
      try await policy.sleep(max(retryAfter, policy.backoff(beforeRetry: attempt - 1)))
      attempt += 1
    }
  }

  /// The region that a refusal points to, if it is another one than was asked.
  private func region(named refusal: Refusal, for request: AWSRequest) -> String? {
    let mayMove =
      [301, 307].contains(refusal.head.status)
      || (refusal.head.status == 400
        && ["AuthorizationHeaderMalformed", "BadRequest"].contains(refusal.body.code ?? "BadRequest"))
    guard mayMove, let region = refusal.head.headers["x-amz-bucket-region"] ?? refusal.body.region,
      AWSConfiguration.isRegion(region), region != request.region
    else { return nil }
    return region
  }
}
