/// What the first bytes of a file say it is, whatever its name says.
public enum RecognisedFormat: Sendable, Equatable {
  /// A format that the engine reads.
  case supported(ImageFormat)
  /// Something else, by its usual name: `gif`, `webp`, `heic`, `avif`, `tiff`, `bmp`, `jxl`, `svg`, `html`, `pdf`,
  /// `zip`, …, or `unknown`.
  case unsupported(String)

  /// The bytes that recognition looks at; fewer are enough for all but camera files, and markup behind long comments.
  public static let bytesNeeded = 4096

  /// Recognises a file by its first bytes (magic numbers).
  public init(firstBytes bytes: some Collection<UInt8>) {
    let head = Array(bytes.prefix(Self.bytesNeeded))
    if head.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .supported(.jpeg)
    } else if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .supported(.png)
    } else {
      self = .unsupported(Self.name(of: head) ?? "unknown")
    }
  }

  private static func name(of head: [UInt8]) -> String? {
    func has(_ magic: some Collection<UInt8>, at offset: Int) -> Bool { head.dropFirst(offset).starts(with: magic) }
    if has("ftyp".utf8, at: 4) { return MediaBrands(head).name }
    if has("RIFF".utf8, at: 0) {
      return ["WEBP": "webp", "AVI ": "avi", "WAVE": "wav"][
        String(decoding: head.dropFirst(8).prefix(4), as: UTF8.self)]
    }
    if let (_, name) = magics.first(where: { has($0.0, at: 0) }) { return name }
    if let raw = CameraFile.name(of: head) { return raw }
    if has(" EMF".utf8, at: 40) && has([1, 0, 0, 0], at: 0) { return "emf" }
    if has("DICM".utf8, at: 128) { return "dicom" }
    // Portable anymap: a digit, then white space or a comment.
    if head.count > 2, head[0] == 0x50, (0x31...0x37).contains(head[1]),
      [0x09, 0x0A, 0x0D, 0x20, 0x23].contains(head[2])
    {
      return "pnm"
    }
    return Markup.name(of: head)
  }

  /// Files of one fixed beginning, the longer before the shorter.
  private static let magics: [([UInt8], String)] = [
    (Array("GIF8".utf8), "gif"),
    ([0xFF, 0x0A], "jxl"), ([0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20], "jxl"),
    ([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20], "jpeg2000"), ([0xFF, 0x4F, 0xFF, 0x51], "jpeg2000"),
    ([0x49, 0x49, 0xBC, 0x01], "jxr"),
    ([0x8A, 0x4D, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "mng"),
    ([0x8B, 0x4A, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "jng"),
    ([0, 0, 1, 0], "ico"), ([0, 0, 2, 0], "cur"), (Array("icns".utf8), "icns"),
    (Array("BM".utf8), "bmp"), (Array("qoif".utf8), "qoi"), (Array("farbfeld".utf8), "farbfeld"),
    (Array("8BPS".utf8), "psd"), (Array("gimp xcf".utf8), "xcf"), (Array("AT&TFORM".utf8), "djvu"),
    ([0x76, 0x2F, 0x31, 0x01], "exr"), (Array("#?RADIANCE".utf8), "hdr"), (Array("#?RGBE".utf8), "hdr"),
    (Array("DDS ".utf8), "dds"), (Array("FLIF".utf8), "flif"), ([0x42, 0x50, 0x47, 0xFB], "bpg"),
    (Array("SIMPLE  =".utf8), "fits"), ([0x01, 0xDA, 0x00], "sgi"), ([0x01, 0xDA, 0x01], "sgi"),
    ([0xD7, 0xCD, 0xC6, 0x9A], "wmf"), (Array("%PDF".utf8), "pdf"),
    ([0xC5, 0xD0, 0xD3, 0xC6], "eps"), (Array("%!PS-Adobe-2.0 EPSF".utf8), "eps"),
    (Array("%!PS-Adobe-3.0 EPSF".utf8), "eps"), (Array("%!PS-Adobe-3.1 EPSF".utf8), "eps"),
    (Array("%!PS".utf8), "postscript"),
    (Array("PK\u{3}\u{4}".utf8), "zip"), (Array("PK\u{5}\u{6}".utf8), "zip"), (Array("Rar!\u{1A}\u{7}".utf8), "rar"),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "7z"), ([0x1F, 0x8B], "gzip"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"),
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0x1A, 0x45, 0xDF, 0xA3], "matroska"),
    // What macOS leaves beside a file on a foreign disk, named as the file with `._` before it.
    ([0x00, 0x05, 0x16, 0x07], "appledouble"),
  ]
}
