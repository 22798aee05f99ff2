import Testing

@testable import Imaging

@Suite("A file that is neither JPEG nor PNG")
struct RecognisedFormatTests {
  private func name(_ bytes: some Collection<UInt8>) -> String? {
    guard case .unsupported(let name) = RecognisedFormat(firstBytes: bytes) else { return nil }
    return name
  }

  private static func box(major: String, _ compatible: [String]) -> [UInt8] {
    [0, 0, 0, UInt8(16 + 4 * compatible.count)] + Array("ftyp".utf8) + Array(major.utf8) + [0, 0, 0, 0]
      + compatible.flatMap { Array($0.utf8) }
  }

  @Test(
    "in a media container is named by its major brand, or where that tells no coding by the compatible ones",
    arguments: [
      ("avif", ["mif1", "miaf"], "avif"), ("mif1", ["mif1", "avif", "miaf", "MA1B"], "avif"),
      ("msf1", ["avis", "iso8"], "avif"), ("mif1", ["heic", "mif1"], "heic"), ("msf1", ["hevc"], "heic"),
      ("heic", ["mif1", "avif"], "heic"), ("mif1", ["miaf"], "heif"), ("miaf", [], "heif"),
      ("crx ", ["crx ", "isom"], "cr3"),
      ("qt  ", ["qt  "], "mov"), ("isom", ["iso2", "avc1", "mp41"], "mp4"), ("3gp4", [], "3gp"), ("M4A ", [], "m4a"),
      ("1pic", ["mif1", "avif"], "avif"),
    ])
  func brands(major: String, compatible: [String], expected: String) {
    #expect(name(Self.box(major: major, compatible)) == expected)
  }

  @Test("a compatible brand is not looked for behind its box")
  func brandsEnd() {
    #expect(name(Self.box(major: "mif1", ["miaf"]) + Array("avifavifavif".utf8)) == "heif")
  }

  @Test(
    "that is markup is named by its root element, behind whatever stands before it",
    arguments: [
      ("<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"), ("<!-- a comment -->\n<svg/>", "svg"),
      ("<?xml version='1.0'?>\n<!-- Created with > a <svg> program -->\n<!-- and another --><svg width='1'/>", "svg"),
      ("<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"a.dtd\"><svg/>", "svg"),
      ("\u{FEFF}<svg/>", "svg"), ("\u{FEFF}  <!---->\r\n<SVG>", "svg"), ("<svg:svg xmlns:svg='a'/>", "svg"),
      ("<?xml-stylesheet href='a'?><?xml version='1.0'?><!DOCTYPE x [<!ENTITY ns \"a>b\">]><svg/>", "svg"),
      ("<!-- a page --><!DOCTYPE html><html>", "html"), ("<HTML lang='en'>", "html"), (" <head>", "html"),
      ("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "xml"),
      ("<!-- <svg> -->", "unknown"), ("<!-- never ends <svg>", "unknown"), ("<svgx>", "unknown"),
      ("a < svg", "unknown"),
    ])
  func markup(text: String, expected: String) {
    #expect(name(Array(text.utf8)) == expected)
    let units = text.utf16.filter { $0 != 0xFEFF }
    let utf16: [UInt8] = [0xFF, 0xFE] + units.flatMap { unit in [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
    #expect(name(utf16) == expected)
  }

  @Test("of a picture behind a comment of two thousand bytes is found all the same")
  func longComment() {
    #expect(name(Array("<!--\(String(repeating: "x", count: 2000))--><svg/>".utf8)) == "svg")
  }

  @Test("of a camera is told from TIFF by its directory")
  func cameras() {
    let plain = ExifBlock(isBigEndian: true).with(0x010F, .text("NIKON CORPORATION"))
    #expect(name(plain.bytes) == "tiff")
    #expect(name(plain.with(0x014A, .long(100)).bytes) == "nef")
    #expect(name(ExifBlock(isBigEndian: false).with(0x010F, .text("SONY")).with(0x014A, .long(9)).bytes) == "arw")
    #expect(name(ExifBlock(isBigEndian: false).with(0x010F, .text("Any")).with(0xC612, .long(1)).bytes) == "dng")
    #expect(name(Array("II*\0".utf8) + [16, 0, 0, 0] + Array("CR".utf8) + [2, 0, 0, 0, 0, 0]) == "cr2")
    #expect(name(Array("FUJIFILMCCD-RAW 0201".utf8)) == "raf")
    #expect(name(Array("MM\0+".utf8) + [0, 8, 0, 0]) == "tiff")
  }

  @Test(
    "is named by its first bytes",
    arguments: [
      ("RIFF\u{1}\0\0\0WEBPVP8 ", "webp"), ("GIF89a", "gif"), ("BM", "bmp"), ("8BPS\0\u{1}", "psd"),
      ("%PDF-1.7", "pdf"),
      ("PK\u{3}\u{4}", "zip"), ("qoif", "qoi"), ("%!PS-Adobe-3.0 EPSF-3.0", "eps"), ("%!PS-Adobe-3.0\n", "postscript"),
      ("gimp xcf v011\0", "xcf"), ("#?RADIANCE\n", "hdr"), ("P6\n2 2 255\n", "pnm"), ("P5 # a", "pnm"),
      ("P9\n", "unknown"),
      ("\0\0\u{1}\0", "ico"), ("v/1\u{1}", "exr"), ("plain text", "unknown"), ("", "unknown"), ("{\"a\":1}", "unknown"),
      ("\0\u{5}\u{16}\u{7}", "appledouble"),
    ])
  func magic(text: String, expected: String) {
    #expect(name(Array(text.utf8)) == expected)
  }

  @Test("by signature: JPEG XL and JPEG 2000 in both forms, MNG and JNG")
  func signatures() {
    #expect(name([0xFF, 0x0A, 0, 0]) == "jxl")
    #expect(name([0, 0, 0, 12] + Array("JXL \r\n".utf8) + [0x87, 0x0A]) == "jxl")
    #expect(name([0xFF, 0x4F, 0xFF, 0x51]) == "jpeg2000")
    #expect(name([0, 0, 0, 12] + Array("jP  \r\n".utf8) + [0x87, 0x0A]) == "jpeg2000")
    #expect(name([0x8A] + Array("MNG\r\n\u{1A}\n".utf8)) == "mng")
    #expect(name([0x8B] + Array("JNG\r\n\u{1A}\n".utf8)) == "jng")
  }

  @Test("a PNG in Apple's own variant is a feature that is not supported, by name")
  func cgbi() throws {
    let file = try PNGFile.encode(.scene(16, 16))
    let changed = file[..<8] + PNGFile.chunk("CgBI", [0x50, 0, 0x20, 2]) + file[8...]
    let error = #expect(throws: ImagingError.self) { try ImageReader(source: BytesSource(Array(changed))) }
    #expect(error?.code == "unsupported_feature" && error?.description.contains("CgBI") == true)
  }
}
