package import FoundationEssentials
import Synchronization

/// What all services share: connections, credentials, the clock and the rules of retries. One serves a whole process.
public final class AWSClient: Sendable {
  /// Region, endpoints and limits, as they were given.
  public let configuration: AWSConfiguration
  package let http: HTTPClient
  private let credentials: CredentialsCache
  private let policy: RetryPolicy
  private let quota = RetryQuota()
  private let now: @Sendable () -> Date
  /// Seconds by which AWS's clock is ahead of this machine's.
  private let clockSkew = Mutex(0.0)

  /// A difference between clocks under this many seconds is none: AWS allows 300.
  private static let toleratedSkew = 240.0
  private static let errorBodyLimit = 1 << 20

  /// - Parameters:
  ///   - configuration: Region, endpoints and limits.
  ///   - credentials: Where credentials come from; nil for AWS's usual chain.
  /// - Throws: `AWSError.configuration`.
  public convenience init(configuration: AWSConfiguration, credentials: (any CredentialsProvider)? = nil) throws {
    try self.init(
      configuration: configuration, credentials: credentials, policy: RetryPolicy(attempts: configuration.attempts),
      now: { Date() })
  }

  package init(
    configuration: AWSConfiguration, credentials: (any CredentialsProvider)?, policy: RetryPolicy,
    now: @escaping @Sendable () -> Date
  ) throws {
    self.configuration = configuration
    self.policy = policy
    self.now = now
    do throws(HTTPError) {
      http = try HTTPClient(trust: TrustStore(environment: configuration.environment))
    } catch { throw AWSError.configuration(error.reason) }
    self.credentials = CredentialsCache(
      provider: try credentials ?? CredentialsChain(configuration: configuration, http: http, now: now), now: now)
  }

  /// The time by AWS's clock, as far as it is known.
  package var time: Date { now().addingTimeInterval(clockSkew.withLock { $0 }) }

  /// Credentials that are good now, for what is signed without being sent.
  package func currentCredentials() async throws -> Credentials { try await credentials.credentials() }

  /// Makes a call and reads its whole answer.
  /// - Parameter limit: The most bytes that the answer may have.
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

  /// Makes a call whose answer's body is read afterwards, as it comes.
  func open(_ request: AWSRequest) async throws -> HTTPResponse { try await attempts(request) { $0 } }

  /// Waits as before a retry of a call: for callers that take up what broke off.
  func pause(beforeRetry retry: Int) async throws { try await policy.sleep(policy.backoff(beforeRetry: retry)) }

  private struct Refusal: Error {
    var head: HTTPHead
    var body: ErrorBody
  }

  private func attempts<Answer>(
    _ original: AWSRequest, _ receive: (HTTPResponse) async throws -> Answer
  ) async throws -> Answer {
    var request = original
    var attempt = 1
    var lastCost = 0
    // Each of these is put right once, without counting as an attempt of its own.
    var hasMoved = false
    var hasSetClock = false
    var hasRenewed = false
    while true {
      let signer = SigV4(
        credentials: try await credentials.credentials(), region: request.region, service: request.signingName)
      let cost: Int
      let failure: AWSError
      var askedPause = 0.0
      do {
        let response = try await http.open(request.signed(with: signer, at: time))
        guard (200..<300).contains(response.head.status) else {
          throw Refusal(
            head: response.head, body: ErrorBody(try await response.readAll(limit: Self.errorBodyLimit)))
        }
        let answer = try await receive(response)
        quota.giveBack(lastCost)
        return answer
      } catch let error as HTTPError {
        if error == .cancelled, Task.isCancelled { throw CancellationError() }
        failure = .network(request.call, reason: error.reason, isRetryable: error.isTransient)
        if case .timeout = error { cost = RetryQuota.timeoutCost } else { cost = RetryQuota.retryCost }
      } catch let refusal as Refusal {
        let refused = ServiceFailure(refusal.head, refusal.body, attempts: attempt)
        failure = .service(request.call, refused)
        cost = RetryQuota.retryCost
        askedPause = RetryRules.pause(askedBy: refusal.head)
        if !hasMoved, let region = region(named: refusal, for: request), let reroute = request.reroute {
          hasMoved = true
          try reroute(&request, region)
          continue
        }
        if !hasRenewed, RetryRules.isAboutCredentials(code: refused.code) {
          hasRenewed = true
          await credentials.forget(signer.credentials)
          continue
        }
        if !hasSetClock, RetryRules.mayBeAboutTheClock(code: refused.code), setClock(by: refusal.head) {
          hasSetClock = true
          continue
        }
      }
      guard failure.isRetryable, attempt < policy.attempts, quota.take(cost) else { throw failure }
      lastCost = cost
      try await policy.sleep(max(askedPause, policy.backoff(beforeRetry: attempt - 1)))
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

  /// Takes over the service's clock when it is far from this machine's.
  /// - Returns: Whether there was anything to correct.
  private func setClock(by head: HTTPHead) -> Bool {
    guard let date = head.headers["Date"].flatMap(Timestamp.parseHTTP) else { return false }
    let skew = date.timeIntervalSince(now())
    return clockSkew.withLock { current in
      guard abs(skew - current) > Self.toleratedSkew else { return false }
      current = skew
      return true
    }
  }
}
