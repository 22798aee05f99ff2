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

/// What the first bytes of a file say it is, whatever its name says.
public enum RecognisedFormat: Sendable, Equatable {
  /// A format that the engine reads.
  case supported(ImageFormat)
  /// Something else, by its usual name: `gif`, `webp`, `heic`, `avif`, `tiff`, `bmp`, `jxl`, `svg`, `html`, `pdf`,
  /// `zip`, …, or `unknown`.
  case unsupported(String)

  /// The bytes that recognition looks at; fewer are enough for all but texts that begin with white space.
  public static let bytesNeeded = 64

  /// Recognises a file by its first bytes (magic numbers).
  public init(firstBytes bytes: some Collection<UInt8>) {
    let head = Array(bytes.prefix(Self.bytesNeeded))
    func has(_ magic: [UInt8], at offset: Int = 0) -> Bool {
      head.count >= offset + magic.count && Array(head[offset..<offset + magic.count]) == magic
    }
    func has(_ magic: String, at offset: Int = 0) -> Bool { has(Array(magic.utf8), at: offset) }
    if has([0xFF, 0xD8, 0xFF]) {
      self = .supported(.jpeg)
    } else if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .supported(.png)
    } else if has("GIF8") {
      self = .unsupported("gif")
    } else if has("RIFF") && has("WEBP", at: 8) {
      self = .unsupported("webp")
    } else if has("ftyp", at: 4) {
      self = .unsupported(Self.mediaBrand(head))
    } else if has("II*\0") || has("MM\0*") || has("II+\0") || has("MM\0+") {
      self = .unsupported("tiff")
    } else if has("BM") {
      self = .unsupported("bmp")
    } else if has([0xFF, 0x0A]) || has([0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]) {
      self = .unsupported("jxl")
    } else if has([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]) || has([0xFF, 0x4F, 0xFF, 0x51]) {
      self = .unsupported("jpeg2000")
    } else if has([0, 0, 1, 0]) {
      self = .unsupported("ico")
    } else if has("8BPS") {
      self = .unsupported("psd")
    } else if has("%PDF") {
      self = .unsupported("pdf")
    } else if has("PK\u{3}\u{4}") || has("PK\u{5}\u{6}") {
      self = .unsupported("zip")
    } else if has([0x1F, 0x8B]) {
      self = .unsupported("gzip")
    } else {
      self = .unsupported(Self.markup(head) ?? "unknown")
    }
  }

  /// The format that an ISO base media file (`ftyp` box) names as its major brand.
  private static func mediaBrand(_ head: [UInt8]) -> String {
    switch String(decoding: head.dropFirst(8).prefix(4), as: UTF8.self) {
    case "avif", "avis": "avif"
    case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1": "heic"
    case "crx ": "cr3"
    default: "mp4"
    }
  }

  private static func markup(_ head: [UInt8]) -> String? {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = head.starts(with: byteOrderMark) ? head.dropFirst(3) : head[...]
    let start = text.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
    let word = String(decoding: start, as: UTF8.self).lowercased()
    if word.hasPrefix("<!doctype html") || word.hasPrefix("<html") || word.hasPrefix("<head") { return "html" }
    if word.hasPrefix("<svg") || (word.hasPrefix("<?xml") && word.contains("<svg")) { return "svg" }
    if word.hasPrefix("<?xml") { return "xml" }
    return nil
  }
}
