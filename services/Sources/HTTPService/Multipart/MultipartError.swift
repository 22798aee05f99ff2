internal import HTTPTypes

/// Why a body is not `multipart/form-data`.
public enum MultipartError: Error, Equatable, CustomStringConvertible {
  /// The content type is another, or its boundary is missing or breaks the rules.
  case contentType
  /// Something other than blanks stands between a delimiter and the end of its line.
  case malformedDelimiter
  /// A part's header line is none.
  case malformedHeader
  /// A part has no `Content-Disposition: form-data` with a name.
  case missingName
  /// A part's headers are too long, in bytes.
  case headersTooLarge(limit: Int)
  /// The form has too many parts.
  case tooManyParts(limit: Int)
  /// The body ended before its last delimiter.
  case truncated

  /// What is wrong, for people.
  public var description: String {
    switch self {
    case .contentType: "the form is not multipart/form-data with a boundary of 1 to 70 characters"
    case .malformedDelimiter: "a delimiter of the form has something else behind it"
    case .malformedHeader: "a part of the form has a header that is not one"
    case .missingName: "a part of the form has no name"
    case .headersTooLarge(let limit): "a part of the form has headers of more than \(limit) bytes"
    case .tooManyParts(let limit): "the form has more than \(limit) parts"
    case .truncated: "the form broke off before its end"
    }
  }

  /// What the client is told.
  public var fault: HTTPFault {
    switch self {
    case .contentType:
      HTTPFault(
        .unsupportedMediaType, code: "unsupported_form",
        message: "Send files as multipart/form-data with a boundary of 1 to 70 characters.")
    case .tooManyParts(let limit):
      HTTPFault(
        .contentTooLarge, code: "too_many_files",
        message: "That is more than the \(limit) files that one form may have; send them in several.",
        limit: Int64(limit))
    default: .badRequest("malformed_form", "The upload could not be read: \(description). Send it again.")
    }
  }
}

extension MultipartParser {
  /// The boundary that a content type names.
  /// - Throws: `MultipartError.contentType` unless it is `multipart/form-data` with a boundary of 1 to 70 of RFC 2046's
  ///   characters.
  public static func boundary(ofContentType text: String?) throws(MultipartError) -> String {
    guard let text, let type = HeaderParameters(text), type.value == "multipart/form-data",
      let boundary = type["boundary"], (1...70).contains(boundary.utf8.count), boundary.last != " ",
      boundary.utf8.allSatisfy({ byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || "'()+_,-./:=? ".utf8.contains(byte)
      })
    else { throw .contentType }
    return boundary
  }
}
