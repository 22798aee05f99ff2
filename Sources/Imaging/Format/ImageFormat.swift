/// A format that the engine reads and writes.
public enum ImageFormat: String, Sendable, CaseIterable {
  case jpeg
  case png

  /// The registered media type, such as `image/jpeg`.
  public var mediaType: String { "image/\(rawValue)" }

  /// The usual file name extension, without a dot.
  public var fileExtension: String {
    switch self {
    case .jpeg: "jpg"
    case .png: "png"
    }
  }
}
