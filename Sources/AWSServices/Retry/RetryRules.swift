/// Which refusals are worth another try, by AWS's "standard" retry mode.
///
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior".
enum RetryRules {
  static func isRetryable(status: Int, code: String) -> Bool {
    [500, 502, 503, 504].contains(status) || transient.contains(code) || isThrottling(status: status, code: code)
  }

  static func isThrottling(status: Int, code: String) -> Bool { status == 429 || throttling.contains(code) }

  /// Seconds that a refusal asks its caller to wait (`Retry-After`, RFC 9110, 10.2.3), up to the 20 that a backoff may
  /// take; 0 where it asks for none, or names a date.
  static func pause(askedBy head: HTTPHead) -> Double {
    Double(min(20, max(0, head.headers["Retry-After"].flatMap { Int($0) } ?? 0)))
  }

  /// The credentials were good once: new ones may be.
  static func isAboutCredentials(code: String) -> Bool {
    ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpiredToken"].contains(code)
  }

  /// The signature's time was what was wrong.
  static func isAboutTheClock(code: String) -> Bool {
    ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"].contains(code)
  }

  /// The signature's time may be what was wrong.
  ///
  /// A HEAD says only 403.
  static func mayBeAboutTheClock(code: String) -> Bool {
    isAboutTheClock(code: code)
      || ["InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "AccessDenied"].contains(code)
  }

  private static let transient: Set<String> = [
    "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "InternalServerError",
    "ServiceUnavailable", "IDPCommunicationError",
    // S3: another conditional write was under way at the same moment; "try again".
    "ConditionalRequestConflict", "OperationAborted",
  ]

  private static let throttling: Set<String> = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
    "TooManyRequests", "TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded",
    "LimitExceededException", "ProvisionedThroughputExceededException", "TransactionInProgressException", "SlowDown",
    "EC2ThrottledException", "PriorRequestNotComplete", "OverLimit", "KmsThrottled",
  ]
}
