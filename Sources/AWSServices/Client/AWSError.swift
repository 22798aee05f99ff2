/// Why a call to AWS did not do what was asked.
public enum AWSError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The service answered, and refused.
  case service(AWSCall, ServiceFailure)
  /// No whole response came, after as many attempts as are allowed.
  case network(AWSCall, reason: String, isRetryable: Bool)
  /// A response came that cannot be understood.
  case invalidResponse(AWSCall, reason: String)
  /// What came, or what the service took, is not what was sent. Checksums in the algorithm's own notation.
  case corrupted(AWSCall, algorithm: String, expected: String, actual: String)
  /// What was asked cannot be put into a request.
  case invalidRequest(AWSCall, reason: String)
  /// There are no credentials to sign with.
  case credentials(String)
  /// A setting is missing or wrong.
  case configuration(String)

  /// Whether the same call may succeed later, with nothing changed.
  public var isRetryable: Bool {
    switch self {
    case .service(_, let failure): failure.isRetryable
    case .network(_, _, let isRetryable): isRetryable
    case .invalidResponse, .corrupted: true
    case .invalidRequest, .credentials, .configuration: false
    }
  }

  /// AWS's error code, where the service gave one.
  public var code: String? {
    if case .service(_, let failure) = self { failure.code } else { nil }
  }

  /// The HTTP status, where the service gave one.
  public var status: Int? {
    if case .service(_, let failure) = self { failure.status } else { nil }
  }

  /// What was called and why it failed, in one line.
  public var description: String {
    switch self {
    case .service(let call, let failure): "\(call): \(failure)"
    case .network(let call, let reason, _): "\(call): \(reason)"
    case .invalidResponse(let call, let reason): "\(call): the response cannot be understood: \(reason)"
    case .corrupted(let call, let algorithm, let expected, let actual):
      "\(call): bytes were changed on the way: \(algorithm) is \(actual), not \(expected)"
    case .invalidRequest(let call, let reason): "\(call): \(reason)"
    case .credentials(let reason): "no AWS credentials: \(reason)"
    case .configuration(let reason): reason
    }
  }
}

/// What was asked of which service.
public struct AWSCall: Sendable, Equatable, CustomStringConvertible {
  /// The service, such as `S3`.
  public var service: String
  /// The operation, such as `GetObject`.
  public var operation: String
  /// The resource of the call, such as `bucket/key` or a queue's URL; empty where there is none.
  public var resource: String

  /// Names a call.
  /// - Parameter resource: Empty where there is none.
  public init(service: String, operation: String, resource: String = "") {
    self.service = service
    self.operation = operation
    self.resource = resource
  }

  /// Service, operation and what it was about, as in `S3 GetObject bucket/key`.
  public var description: String { "\(service) \(operation)\(resource.isEmpty ? "" : " \(resource)")" }
}

/// What a service said when it refused.
public struct ServiceFailure: Sendable, Equatable, CustomStringConvertible {
  /// The HTTP status.
  public var status: Int
  /// AWS's error code, such as `NoSuchKey`; `HTTP 503` and the like where the response had none.
  public var code: String
  /// The service's words; empty where it gave none.
  public var message: String
  /// The id by which AWS's support finds the request.
  public var requestID: String?
  /// Whether the same call may succeed later, with nothing changed.
  public var isRetryable: Bool
  /// How often the call was made.
  ///
  /// After the first attempt a refusal may be about what an earlier one has done.
  public var attempts: Int

  /// Describes a refusal.
  /// - Parameter attempts: How often the call was made.
  public init(
    status: Int, code: String, message: String, requestID: String? = nil, isRetryable: Bool, attempts: Int = 1
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.requestID = requestID
    self.isRetryable = isRetryable
    self.attempts = attempts
  }

  /// Status, code and message as the service gave them, and how often it was asked.
  public var description: String {
    "\(code) (status \(status)\(requestID.map { ", request \($0)" } ?? ""), attempt \(attempts))"
      + (message.isEmpty ? "" : ": \(message)")
  }
}
