/// What a file is by its first bytes: neither its name nor what a browser says of it is believed.
public enum FileKind: Sendable, Equatable {
  /// The kinds that are processed.
  case jpeg, png
  /// Something else, by the name that people know it by.
  case other(String)
  /// Nothing that is known here.
  case unknown

  /// So many bytes tell.
  public static let bytesNeeded = 16

  /// - Parameter bytes: The first ones, as many as are needed or all that there are.
  public init(_ bytes: some Collection<UInt8>) {
    let start = Array(bytes.prefix(64))
    func begins(_ text: String, at offset: Int = 0) -> Bool { start.dropFirst(offset).starts(with: text.utf8) }
    self =
      if start.starts(with: [0xFF, 0xD8, 0xFF]) {
        .jpeg
      } else if start.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
        .png
      } else if begins("ftyp", at: 4) {
        begins("avif", at: 8)
          ? .other("an AVIF picture")
          : ["heic", "heix", "mif1", "msf1", "heif", "hevc"].contains { begins($0, at: 8) }
            ? .other("an HEIC picture") : .other("a video")
      } else if begins("GIF8") {
        .other("a GIF picture")
      } else if begins("RIFF"), begins("WEBP", at: 8) {
        .other("a WebP picture")
      } else if start.starts(with: [0x49, 0x49, 0x2A, 0]) || start.starts(with: [0x4D, 0x4D, 0, 0x2A]) {
        .other("a TIFF or raw picture")
      } else if begins("BM") {
        .other("a BMP picture")
      } else if begins("%PDF") {
        .other("a PDF document")
      } else if begins("PK") {
        .other("a ZIP archive")
      } else if start.drop(while: { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }).first == UInt8(ascii: "<") {
        .other("a web page or SVG drawing")
      } else {
        .unknown
      }
  }

  /// `image/jpeg` or `image/png`; nil for what is not processed.
  public var mediaType: String? {
    switch self {
    case .jpeg: "image/jpeg"
    case .png: "image/png"
    case .other, .unknown: nil
    }
  }

  /// Why it is not taken, in a sentence; nil for what is.
  public var refusal: String? {
    switch self {
    case .jpeg, .png: nil
    case .other("an HEIC picture"):
      "This is an HEIC picture; export it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)."
    case .other(let what): "This is \(what), whatever its name says; only JPEG and PNG pictures are taken."
    case .unknown: "This is not a JPEG or PNG picture; only those are taken."
    }
  }
}
