/// Why some JSON is not a notification of S3.
public enum S3NotificationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Not JSON, or JSON of other types than a notification has: where and why.
  case malformed(String)
  /// JSON, but none of the forms in which S3's notifications come.
  case notANotification
  /// A record lacks what it cannot be understood without.
  case missing(field: String)
  /// `eventVersion` is not 2.x, so that the fields may mean something else.
  case unsupportedVersion(String)
  /// The key is not a valid percent-encoding of UTF-8: the key as it came.
  case invalidKey(String)
  /// `eventTime` is not an RFC 3339 time.
  case invalidTime(String)
  /// More envelopes around each other than anything sends.
  case nestedTooDeeply(limit: Int)

  /// What is wrong, on one line.
  public var description: String {
    switch self {
    case .malformed(let why): "not a readable notification: \(why)"
    case .notANotification: "JSON, but not an S3 notification"
    case .missing(let field): "an S3 notification without \(field)"
    case .unsupportedVersion(let version): "an S3 notification of version \(version), not 2.x"
    case .invalidKey(let key): "the object key “\(key)” is not percent-encoded UTF-8"
    case .invalidTime(let time): "the event time “\(time)” is not an RFC 3339 time"
    case .nestedTooDeeply(let limit): "more than \(limit) envelopes around a notification"
    }
  }
}

extension S3NotificationError {
  /// What decoding an envelope threw.
  init(_ error: any Error) {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      let path = context.codingPath + [key]
      self = .missing(field: path.filter { $0.intValue == nil }.map(\.stringValue).joined(separator: "."))
    case let error as DecodingError: self = .malformed(error.summary)
    default: self = .malformed("\(error)")
    }
  }
}
