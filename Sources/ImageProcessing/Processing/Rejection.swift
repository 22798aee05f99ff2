public import Imaging

/// Why an image ends as a `rejected` row: faults of the image itself, which no further try would mend.
public enum Rejection: Error, Equatable, CustomStringConvertible {
  /// The codecs refused it.
  case image(ImagingError)
  /// The object has no bytes.
  case emptyObject
  /// The object is longer than the recipe allows, in bytes.
  case tooManyBytes(actual: Int64, limit: Int64)
  /// The job needs more memory or time than there is here, and there is no place with more to hand it to.
  case overLimits(Excess)

  static let overLimitsCode = "over_limits"

  /// For the row's `error_code`.
  public var code: String {
    switch self {
    case .image(let error): error.code
    case .emptyObject: "empty_object"
    case .tooManyBytes: "too_many_bytes"
    case .overLimits: Self.overLimitsCode
    }
  }

  /// Why the image was rejected: what was found, and what is allowed.
  public var description: String {
    switch self {
    case .image(let error): error.description
    case .emptyObject: "the object has no bytes"
    case .tooManyBytes(let actual, let limit): "the object has \(actual) bytes or more; the recipe allows \(limit)"
    case .overLimits(let excess): excess.description
    }
  }
}
