/// Why an image could not be read, or a rendition not be made.
///
/// Every case is about the image or the request; failures of the byte source and of the sink pass through the engine as
/// they are.
public enum ImagingError: Error, Equatable, Sendable {
  /// There is not one byte.
  case emptyInput
  /// The file is of another format; `name` as in ``RecognisedFormat/unsupported(_:)``.
  case unsupportedFormat(name: String)
  /// The format is right, but the file uses a part of it that the engine does not read.
  case unsupportedFeature(format: ImageFormat, what: String)
  /// The data contradict the format. `atByte` is where reading stood, where that is known.
  case corrupt(format: ImageFormat, detail: String, atByte: Int?)
  /// The file ends at byte `atByte`, before the picture does.
  case truncated(format: ImageFormat, atByte: Int)
  /// Width × height is over ``ImageLimits/maxPixels``.
  case tooManyPixels(width: Int, height: Int, limit: Int)
  /// Width or height is over ``ImageLimits/maxDimension``.
  case dimensionTooLarge(width: Int, height: Int, limit: Int)
  /// A JPEG has more than ``ImageLimits/maxScans`` scans.
  case tooManyScans(limit: Int)
  /// There is more before the picture than ``ImageLimits/maxMetadataBytes``.
  case tooMuchMetadata(limit: Int)
  /// Decoding would hold `needed` bytes, over ``ImageLimits/maxMemory``.
  case tooMuchMemory(needed: Int, limit: Int)
  /// The pixels of a PNG would come to `decoded` bytes, over ``ImageLimits/maxDecodedBytes``.
  case tooManyDecodedBytes(decoded: Int, limit: Int)
  /// More damaged spots than ``ImageLimits/maxWarnings``; `last` is the last of them, for a person.
  case tooManyWarnings(format: ImageFormat, limit: Int, last: String)
  /// The rendition at `index` of the request cannot be made.
  case invalidRendition(index: Int, why: String)
  /// The encoder of `format` refused; this is a fault of the request or of the machine, not of the picture.
  case encodingFailed(format: ImageFormat, detail: String)
  /// The reader has been used already: a source can be read only once.
  case alreadyRead

  /// A stable name for records and metrics, such as `corrupt_image`.
  public var code: String {
    switch self {
    case .emptyInput: "empty_object"
    case .unsupportedFormat: "unsupported_format"
    case .unsupportedFeature: "unsupported_feature"
    case .corrupt, .tooManyWarnings: "corrupt_image"
    case .truncated: "truncated_image"
    case .tooManyPixels: "too_many_pixels"
    case .dimensionTooLarge: "dimension_too_large"
    case .tooManyScans: "too_many_scans"
    case .tooMuchMetadata: "too_much_metadata"
    case .tooMuchMemory: "too_much_memory"
    case .tooManyDecodedBytes: "too_many_decoded_bytes"
    case .invalidRendition: "invalid_rendition"
    case .encodingFailed: "encoding_failed"
    case .alreadyRead: "already_read"
    }
  }
}

extension ImagingError: CustomStringConvertible {
  /// One line for a person: what, where, limit and actual.
  public var description: String {
    switch self {
    case .emptyInput:
      "the file is empty"
    case .unsupportedFormat(let name):
      "the file is \(name == "unknown" ? "of no known image format" : name), not JPEG or PNG"
    case .unsupportedFeature(let format, let what):
      "this \(format.rawValue) file uses \(what), which is not supported"
    case .corrupt(let format, let detail, let byte):
      "the \(format.rawValue) data are corrupt\(byte.map { " near byte \($0)" } ?? ""): \(detail)"
    case .truncated(let format, let byte):
      "the \(format.rawValue) file ends at byte \(byte), before its picture does"
    case .tooManyPixels(let width, let height, let limit):
      "\(width) × \(height) pixels are more than the limit of \(limit)"
    case .dimensionTooLarge(let width, let height, let limit):
      "\(width) × \(height): a side is longer than the limit of \(limit)"
    case .tooManyScans(let limit):
      "more scans than the limit of \(limit)"
    case .tooMuchMetadata(let limit):
      "more metadata before the picture than the limit of \(limit) bytes"
    case .tooMuchMemory(let needed, let limit):
      "the image needs \(needed) bytes of memory, and the limit is \(limit)"
    case .tooManyDecodedBytes(let decoded, let limit):
      "the pixels come to \(decoded) bytes, and the limit is \(limit)"
    case .tooManyWarnings(let format, let limit, let last):
      "the \(format.rawValue) data are damaged in more than \(limit) places; the last: \(last)"
    case .invalidRendition(let index, let why):
      "rendition \(index) cannot be made: \(why)"
    case .encodingFailed(let format, let detail):
      "the \(format.rawValue) encoder failed: \(detail)"
    case .alreadyRead:
      "the image has been read already"
    }
  }
}
