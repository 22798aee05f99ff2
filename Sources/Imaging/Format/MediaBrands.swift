/// The brands of an ISO base media file: its `ftyp` box (ISO/IEC 14496-12, 4.3).
struct MediaBrands {
  private let major: String
  private let compatible: [String]

  /// - Parameter head: the file's beginning, whose box at 0 is `ftyp`
  init(_ head: [UInt8]) {
    let size = head.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    // A size of 0 says that the box goes to the end of the file.
    let end = min(size == 0 ? head.count : size, head.count)
    func brand(at offset: Int) -> String { String(decoding: head.dropFirst(offset).prefix(4), as: UTF8.self) }
    major = brand(at: 8)
    compatible = stride(from: 16, to: max(16, end - 3), by: 4).map(brand)
  }

  /// By the major brand where that names a coding; HEIF's own brands (`mif1`, `msf1`, …) name only the container, and
  /// the compatible ones tell what is in it (ISO/IEC 23008-12, 10.2; AV1 Image File Format 1.1, 6).
  var name: String {
    if let name = Self.pictures[major] { return name }
    if let name = compatible.lazy.compactMap({ Self.pictures[$0] }).first { return name }
    if ([major] + compatible).contains(where: { ["mif1", "msf1", "mif2", "miaf"].contains($0) }) { return "heif" }
    switch major {
    case "qt  ": return "mov"
    case "M4A ", "M4B ": return "m4a"
    case _ where major.hasPrefix("3g"): return "3gp"
    default: return "mp4"
    }
  }

  private static let pictures = [
    "avif": "avif", "avis": "avif", "avio": "avif",
    "heic": "heic", "heix": "heic", "hevc": "heic", "hevx": "heic", "heim": "heic", "heis": "heic", "hevm": "heic",
    "hevs": "heic",
    "crx ": "cr3", "jp2 ": "jpeg2000", "jpx ": "jpeg2000", "jph ": "jpeg2000", "j2ki": "jpeg2000", "jxl ": "jxl",
  ]
}
