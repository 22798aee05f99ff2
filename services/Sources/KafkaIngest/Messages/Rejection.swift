/// Why a message does not become an image: it is kept under `kafka-rejected/`, for a person to look at.
enum Rejection: Equatable, Sendable, CustomStringConvertible {
  /// The value has no bytes.
  case empty
  /// Over the setting's limit, in bytes.
  case tooLarge(size: Int, limit: Int)
  /// Its first bytes are neither a JPEG's nor a PNG's.
  case notAnImage(String)
  /// Under its key other bytes are: the broker has given the offset twice, as after an unclean election.
  case keyTaken

  /// In metrics and logs.
  var code: String {
    switch self {
    case .empty: "empty"
    case .tooLarge: "too_large"
    case .notAnImage: "not_an_image"
    case .keyTaken: "key_taken"
    }
  }

  var description: String {
    switch self {
    case .empty: "empty: the value has no bytes"
    case .tooLarge(let size, let limit): "too_large: \(size) bytes, over the limit of \(limit)"
    case .notAnImage(let what): "not_an_image: \(what)"
    case .keyTaken: "key_taken: there are other bytes under the key of this offset"
    }
  }
}
