import Testing

@testable import Imaging

@Suite("Copyright and artist")
struct RightsTests {
  static func segment(_ marker: UInt8, _ payload: [UInt8]) -> [UInt8] {
    let length = payload.count + 2
    return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + payload
  }

  static func xmp(_ description: String) -> [UInt8] {
    segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0\(XMPTests.packet(description))".utf8))
  }

  static func iptc(_ datasets: [(UInt8, String)]) -> [UInt8] {
    let records = datasets.flatMap { number, text -> [UInt8] in
      [0x1C, 2, number, UInt8(text.utf8.count >> 8), UInt8(text.utf8.count & 0xFF)] + Array(text.utf8)
    }
    let size = PNGFile.number(records.count)
    return segment(0xED, Array("Photoshop 3.0\08BIM".utf8) + [4, 4, 0, 0] + size + records)
  }

  static func jpeg(exif: ExifBlock? = nil, _ segments: [[UInt8]] = []) throws -> [UInt8] {
    let file = try JPEGFile.encode(.scene(16, 16)) { $0.exif = exif?.bytes ?? [] }
    return file[..<2] + segments.flatMap { $0 } + file[2...]
  }

  /// What the renditions of a file say, JPEG and both kinds of PNG.
  private func kept(_ file: [UInt8], keeps: KeptMetadata = .standard) throws -> [ExifSummary?] {
    try [(Rendition.Format.jpeg, PNGCoding.standard), (.png, .standard), (.png, .byLibpng)].map { format, coding in
      let reader = try ImageReader(source: BytesSource(file))
      reader.coding = coding
      let sink = CollectingSink()
      _ = try reader.render([Rendition(format: format, keeps: keeps)], into: sink)
      let bytes = sink.outputs[0].bytes
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("Berlin") && !text.contains("GPSLatitude"))
      return try ImageReader(source: BytesSource(bytes)).header.exif
    }
  }

  private func expect(_ file: [UInt8], _ artist: String?, _ copyright: String?) throws {
    for summary in try kept(file) { #expect(summary == ExifSummary(artist: artist, copyright: copyright)) }
    for summary in try kept(file, keeps: [.icc, .camera, .gps]) {
      #expect(summary?.artist == nil && summary?.copyright == nil)
    }
  }

  private static let place = "e:GPSLatitude='52,30N' e:GPSLongitude='13,2E' l:City='Berlin'"

  @Test("of XMP survive, the city and the position beside them do not")
  func fromXMP() throws {
    try expect(Self.jpeg([Self.xmp("<rdf:Description d:rights='© Å' d:creator='Zoë' \(Self.place)/>")]), "Zoë", "© Å")
    try expect(Self.jpeg([Self.xmp("<rdf:Description d:rights='(c) A' \(Self.place)/>")]), nil, "(c) A")
  }

  @Test("of IPTC-IIM survive, in UTF-8 and in Latin-1")
  func fromIPTC() throws {
    try expect(
      Self.jpeg([Self.iptc([(90, "Berlin"), (80, "Zoë"), (80, "Bob"), (116, "© A")])]), "Zoë; Bob", "© A")
    let latin = Self.iptc([(116, "(c) xy")]).map { $0 == 0x78 ? 0xE9 : $0 }
    try expect(Self.jpeg([latin]), nil, "(c) éy")
  }

  @Test("of EXIF survive in ASCII, in UTF-8 as type 129, over 4 KB, and with an editor")
  func fromEXIF() throws {
    let long = String(repeating: "All rights reserved. ", count: 300) + "End"
    let block = ExifBlock(isBigEndian: false).with(0x013B, .bytes(type: 129, size: 1, Array("Zoë\0".utf8)))
    try expect(Self.jpeg(exif: block.with(0x8298, .text("P. Photo\0E. Editor"))), "Zoë", "P. Photo; E. Editor")
    let file = try Self.jpeg(exif: ExifBlock(isBigEndian: true).with(0x8298, .text(long)))
    let output = try render(file, [Rendition(format: .jpeg)]).outputs[0].bytes
    #expect(String(decoding: output, as: UTF8.self).contains(long))
  }

  @Test("of a PNG's text chunks survive, plain, compressed and international; so do blocks that ImageMagick put there")
  func fromPNG() throws {
    func png(_ chunks: [UInt8]) throws -> [UInt8] {
      let file = try PNGFile.encode(.scene(16, 16))
      return file[..<33] + chunks + file[33...]
    }
    let author = PNGFile.chunk("tEXt", Array("Author\0Zo".utf8) + [0xEB])
    let notice = PNGFile.chunk("zTXt", Array("Copyright\0\0".utf8) + PNGFile.stored(Array("(c) A".utf8)))
    try expect(png(author + notice), "Zoë", "(c) A")
    let damaged = PNGFile.chunk("zTXt", Array("Author\0\0".utf8) + [UInt8](repeating: 1, count: 5000))
    try expect(png(damaged + damaged + damaged + notice), nil, "(c) A")
    // Each may have come to four megabytes, and sixteen are decompressed of one file.
    let many = try png(damaged + damaged + damaged + damaged + notice)
    #expect(try ImageReader(source: BytesSource(many)).header.exif == nil)
    try expect(png(PNGFile.chunk("iTXt", Array("Copyright\0\0\0de\0\0© A".utf8))), nil, "© A")
    let packet = XMPTests.packet("<rdf:Description d:rights='© X' \(Self.place)/>")
    try expect(png(PNGFile.chunk("iTXt", Array("XML:com.adobe.xmp\0\0\0\0\0\(packet)".utf8))), nil, "© X")
    let hex = packet.utf8.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
    let raw = "Raw profile type xmp\0\nxmp\n    \(packet.utf8.count)\n\(hex)\n"
    let file = try png(PNGFile.chunk("tEXt", Array(raw.utf8)))
    try expect(file, nil, "© X")
    #expect(try ImageReader(source: BytesSource(file)).header.exif?.hasGPS == true)
    #expect(try render(file, []).description.hasXMP)
  }

  @Test("that blocks contradict each other about come from EXIF, then XMP, then IPTC")
  func precedence() throws {
    let xmp = Self.xmp("<rdf:Description d:rights='X' d:creator='X'/>")
    let iptc = Self.iptc([(80, "I"), (116, "I")])
    let exif = ExifBlock(isBigEndian: true).with(0x8298, .text("E"))
    try expect(Self.jpeg(exif: exif, [xmp, iptc]), "X", "E")
    try expect(Self.jpeg([iptc, xmp]), "X", "X")
    try expect(Self.jpeg([iptc]), "I", "I")
  }
}
