/// What a function made of one event.
public enum InvocationOutcome: Sendable, Equatable {
  /// The function responded.
  case response([UInt8])
  /// The function responded piece by piece.
  case streamed(StreamedResponse)
  /// The function reported an error.
  case error(FunctionFailure)
  /// The function's process ended, or the test did, before there was a response; or a script refused it half-way.
  case noResponse

  /// The bytes of a response, streamed or not; nil for an error.
  public var bytes: [UInt8]? {
    switch self {
    case .response(let bytes): bytes
    case .streamed(let response): response.bytes
    case .error, .noResponse: nil
    }
  }

  /// The response as text; nil for an error.
  public var text: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  /// The error; nil for a response that went well to its end.
  public var failure: FunctionFailure? {
    switch self {
    case .error(let failure): failure
    case .streamed(let response): response.failure
    case .response, .noResponse: nil
    }
  }
}

/// A response that came in pieces.
public struct StreamedResponse: Sendable, Equatable {
  /// What was written, the HTTP prelude included.
  public var bytes: [UInt8]
  /// The `Content-Type` of the request that it came in.
  public var contentType: String?
  /// The error that ended it half-way, from its trailers.
  public var failure: FunctionFailure?

  /// Makes a response to compare with.
  public init(bytes: [UInt8], contentType: String? = nil, failure: FunctionFailure? = nil) {
    self.bytes = bytes
    self.contentType = contentType
    self.failure = failure
  }
}

/// An error as a function reported it.
public struct FunctionFailure: Sendable, Equatable {
  /// The `Lambda-Runtime-Function-Error-Type` header.
  public var headerType: String?
  /// The JSON, as it came.
  public var body: [UInt8]
  /// The `Lambda-Runtime-Function-XRay-Error-Cause` header.
  public var xrayCause: String?

  /// Makes an error to compare with.
  public init(headerType: String?, body: [UInt8], xrayCause: String? = nil) {
    self.headerType = headerType
    self.body = body
    self.xrayCause = xrayCause
  }
}
