/// Tells TIFF files from the raw files of cameras, most of which are TIFF files too.
enum CameraFile {
  /// Nil for neither.
  static func name(of head: [UInt8]) -> String? {
    if let name = magics.first(where: { head.starts(with: $0.0) })?.1 { return name }
    // BigTIFF
    if head.starts(with: [0x49, 0x49, 0x2B, 0]) || head.starts(with: [0x4D, 0x4D, 0, 0x2B]) { return "tiff" }
    guard head.starts(with: [0x49, 0x49, 0x2A, 0]) || head.starts(with: [0x4D, 0x4D, 0, 0x2A]) else { return nil }
    if head.dropFirst(8).starts(with: "CR".utf8) { return "cr2" }
    guard let reader = ExifReader(head) else { return "tiff" }
    let tags = Set(reader.main.map(\.tag))
    // DNGVersion (DNG 1.7, chapter 4).
    if tags.contains(0xC612) { return "dng" }
    // Cameras put a thumbnail into the first directory and the picture into SubIFDs; TIFF files that a program made of
    // a photograph name the maker too.
    guard tags.contains(0x014A), let make = reader.text(.make, in: reader.main)?.uppercased() else { return "tiff" }
    return makers.first { make.hasPrefix($0.0) }?.1 ?? "tiff"
  }

  private static let magics: [([UInt8], String)] = [
    (Array("FUJIFILMCCD-RAW".utf8), "raf"), (Array("IIRO".utf8), "orf"), (Array("IIRS".utf8), "orf"),
    (Array("MMOR".utf8), "orf"), ([0x49, 0x49, 0x55, 0], "rw2"), (Array("FOVb".utf8), "x3f"),
    (Array("\u{0}MRM".utf8), "mrw"), (Array("II\u{1A}\u{0}\u{0}\u{0}HEAPCCDR".utf8), "crw"),
  ]

  private static let makers = [
    ("NIKON", "nef"), ("SONY", "arw"), ("PENTAX", "pef"), ("RICOH", "pef"), ("SAMSUNG", "srw"), ("HASSELBLAD", "3fr"),
  ]
}
